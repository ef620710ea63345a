/// The names of ONNX's operators that camreport does not run, so that an error can tell them from a name that nobody knows.
enum KnownOperators {
  static let others: Set<String> = [
    "Acos", "Acosh", "AffineGrid", "Asin", "Asinh", "Atan", "Atanh", "Attention", "Bernoulli",
    "BitCast", "BitShift", "BitwiseAnd", "BitwiseNot", "BitwiseOr", "BitwiseXor", "BlackmanWindow",
    "CausalConvWithState", "CenterCropPad", "Col2Im", "Compress", "ConcatFromSequence",
    "ConvInteger", "ConvTranspose", "Cosh", "CumProd", "CumSum", "DFT", "DeformConv", "Det",
    "DynamicQuantizeLinear", "Einsum", "EyeLike", "GRU", "GatherElements", "GatherND",
    "GlobalLpPool", "GridSample", "GroupNormalization", "HammingWindow", "HannWindow", "Hardmax",
    "If", "ImageDecoder", "IsInf", "IsNaN", "LSTM", "LinearAttention", "Loop", "LpNormalization",
    "LpPool", "MatMulInteger", "MaxRoiPool", "MaxUnpool", "MeanVarianceNormalization",
    "MelWeightMatrix", "Multinomial", "NegativeLogLikelihoodLoss", "NonMaxSuppression", "NonZero",
    "OneHot", "Optional", "OptionalGetElement", "OptionalHasElement", "QLinearConv",
    "QLinearMatMul", "QuantizeLinear", "RMSNormalization", "RNN", "RandomNormal",
    "RandomNormalLike", "RandomUniform", "RandomUniformLike", "RegexFullMatch", "ReverseSequence",
    "RoiAlign", "RotaryEmbedding", "STFT", "Scan", "Scatter", "ScatterElements", "ScatterND",
    "SequenceAt", "SequenceConstruct", "SequenceEmpty", "SequenceErase", "SequenceInsert",
    "SequenceLength", "SequenceMap", "Shrink", "Sinh", "SoftmaxCrossEntropyLoss",
    "SplitToSequence", "StringConcat", "StringNormalizer", "StringSplit", "Tan", "TensorScatter",
    "TfIdfVectorizer", "TopK", "Trilu", "Unique",
  ]
}
