# %% [markdown]
# # Where does VGG16-CAM look?
#
# The network layer by layer in TensorFlow 1's way, each with its shape; then the maps of the two most probable classes.

# %%
import json

import matplotlib.pyplot as plt
import numpy as np
import tensorflow.compat.v1 as tf
from PIL import Image

tf.disable_eager_execution()

# %% [markdown]
# ## Weights and class names

# %%
weights = np.load(weights_file, allow_pickle=True, encoding="latin1").item()
class_names = json.load(open(class_names_file))
print(class_names[:5], "...", len(class_names))

# %% [markdown]
# ## The photo, squeezed to 224 × 224

# %%
photo_pixels = Image.open(photo).convert("RGB")
print("size:", photo_pixels.size)
image = np.array(photo_pixels.resize((224, 224)))
plt.imshow(image)
plt.axis("off")
image.shape

# %% [markdown]
# ## Input: blue, green, red, each without its mean

# %%
tf.reset_default_graph()
images = tf.placeholder(tf.float32, [None, 224, 224, 3], name="images")
labels = tf.placeholder(tf.int32, [None], name="labels")
red, green, blue = tf.split(images, 3, axis=3)
print(red, green, blue, sep="\n")

# %%
centred = tf.concat([blue - 103.939, green - 116.779, red - 123.68], axis=3)
centred


# %% [markdown]
# ## Convolutions

# %%
def variable(name, part):
    values = weights[name][part]
    with tf.variable_scope(name, reuse=tf.AUTO_REUSE):
        return tf.get_variable(part, shape=values.shape, initializer=tf.constant_initializer(values))


def convolution(inputs, name):
    product = tf.nn.conv2d(inputs, variable(name, "weights"), strides=[1, 1, 1, 1], padding="SAME")
    return tf.nn.relu(tf.nn.bias_add(product, variable(name, "biases")), name=name)


def pooling(inputs, name):
    return tf.nn.max_pool(inputs, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME", name=name)


# %%
conv1_1 = convolution(centred, "conv1_1")
conv1_1

# %%
conv1_2 = convolution(conv1_1, "conv1_2")
conv1_2

# %%
pool1 = pooling(conv1_2, "pool1")
pool1

# %%
conv2_1 = convolution(pool1, "conv2_1")
conv2_1

# %%
conv2_2 = convolution(conv2_1, "conv2_2")
conv2_2

# %%
pool2 = pooling(conv2_2, "pool2")
pool2

# %%
conv3_1 = convolution(pool2, "conv3_1")
conv3_1

# %%
conv3_2 = convolution(conv3_1, "conv3_2")
conv3_2

# %%
conv3_3 = convolution(conv3_2, "conv3_3")
conv3_3

# %%
pool3 = pooling(conv3_3, "pool3")
pool3

# %%
conv4_1 = convolution(pool3, "conv4_1")
conv4_1

# %%
conv4_2 = convolution(conv4_1, "conv4_2")
conv4_2

# %%
conv4_3 = convolution(conv4_2, "conv4_3")
conv4_3

# %%
pool4 = pooling(conv4_3, "pool4")
pool4

# %%
conv5_1 = convolution(pool4, "conv5_1")
conv5_1

# %%
conv5_2 = convolution(conv5_1, "conv5_2")
conv5_2

# %%
conv5_3 = convolution(conv5_2, "conv5_3")
conv5_3

# %% [markdown]
# ## The last convolution, in two groups of channels

# %%
kernels = tf.split(variable("CAM_conv", "weights"), 2, axis=3)
groups = tf.split(conv5_3, 2, axis=3)
halves = [tf.nn.conv2d(group, kernel, strides=[1, 1, 1, 1], padding="SAME") for group, kernel in zip(groups, kernels)]
print(*kernels, *groups, *halves, sep="\n")

# %%
features = tf.nn.bias_add(tf.concat(halves, axis=3), variable("CAM_conv", "biases"))
features

# %% [markdown]
# ## Average over all places, and one product

# %%
averages = tf.nn.dropout(tf.reduce_mean(features, axis=[1, 2]), rate=0)
averages

# %%
logits = tf.matmul(averages, variable("CAM_fc", "weights"))
logits

# %% [markdown]
# ## Run it

# %%
session = tf.Session()
session.run(tf.global_variables_initializer())
features_copy = tf.identity(features)
features_value, logits_value = session.run([features_copy, logits], feed_dict={images: image[None]})
best = logits_value.argsort(axis=1)[:, -3:]
first, second = best[:, -1], best[:, -2]
for index in best[0, ::-1]:
    print(index, class_names[index], logits_value[0, index])

# %% [markdown]
# ## Maps of the two most probable classes

# %%
resized = tf.image.resize_bilinear(features_copy, [224, 224])
resized

# %%
class_weights = tf.reshape(tf.gather(tf.transpose(variable("CAM_fc", "weights")), labels), [-1, 1024, 1])
class_map = tf.matmul(tf.reshape(resized, [-1, 224 * 224, 1024]), class_weights)
class_map = tf.reshape(class_map, [-1, 224, 224])
class_map

# %%
map_1 = session.run(class_map, feed_dict={labels: first, features_copy: features_value})[0]
map_2 = session.run(class_map, feed_dict={labels: second, features_copy: features_value})[0]


# %%
def normalized(values):
    return np.uint8((values - values.min()) / (values.max() - values.min()) * 255)


figure, axes = plt.subplots(1, 2, figsize=(10, 10))
for axis, values, index, title in zip(axes, [map_1, map_2], [first[0], second[0]], ["1st", "2nd"]):
    axis.imshow(image)
    axis.imshow(normalized(values), cmap="jet", alpha=0.5, interpolation="nearest")
    axis.set_title(f"{title} class: {class_names[index]}")
    axis.axis("off")

# %% [markdown]
# ## For fine-tuning: the loss, and the weights' decay

# %%
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(logits=logits, labels=labels))
loss

# %%
kernels = [v for v in tf.trainable_variables() if v.name.endswith("weights:0")]
print(*kernels, sep="\n")
decay = tf.add_n([tf.nn.l2_loss(kernel) for kernel in kernels]) * 0.0005
loss += decay
loss
