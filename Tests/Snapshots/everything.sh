#!/usr/bin/env bash
# Writes everything that camreport makes of the same inputs, so that two builds can be compared with diff -r:
#   everything.sh CAMREPORT FOLDER
# Times are masked. Tensors are large and stay as their hashes, in MANIFEST, which holds those of all other files too.
set -euo pipefail
camreport=$(realpath "$1")
project=$(realpath "$(dirname "$0")/../..")
rm -rf "$2"
mkdir -p "$2"
cd "$2"
cp "$project"/Examples/{coffee,cat}.jpg "$project"/Tests/Fixtures/image-rgba.png .

options() {
  case $1 in
    efficientnet-lite0) echo "--model $1" ;;
    vgg16-cam) echo "--model $1 --weights synthetic:camreport" ;;
  esac
}

report() { # model, language, photo, name, options
  local out=$1-$2-$4
  # shellcheck disable=SC2046
  "$camreport" "$3" $(options "$1") --lang "$2" "${@:5}" --reproducible --html "$out" \
    --pdf "$out/report.pdf" --ipynb "$out/report.ipynb" --markdown "$out/report.md" \
    --save-tensors "$out/tensors" >"$out.txt"
}

for model in efficientnet-lite0 vgg16-cam; do
  for language in en ko; do
    report "$model" "$language" coffee.jpg coffee
    report "$model" "$language" cat.jpg cat --crop --size 320
  done
  for format in table json csv markdown; do
    "$camreport" layers "$model" --format "$format" >"layers-$model.$format"
  done
  COLUMNS=80 "$camreport" layers "$model" >"layers-$model.narrow"
done

"$camreport" coffee.jpg cat.jpg image-rgba.png --html many >many.txt

"$camreport" lock -o shapes.lock.json >lock.txt
"$camreport" lock --image coffee.jpg -o run.lock.json >>lock.txt
# What other networks there were: a stride, a layer's name, a layer more, and numbers.
sed -e '/"stem"/s/"stride":"2"/"stride":"1"/' -e 's/"block4_add"/"block4_sum"/' -e '/"name": "pool2"/d' \
  shapes.lock.json >other.lock.json
sed -e 's/"mean": 0\.[1-9]/"mean": 0.9/' run.lock.json >numbers.lock.json
for lock in shapes run other numbers; do
  "$camreport" check $lock.lock.json --report junit=check-$lock.xml --report json=check-$lock.json \
    --report html=check-$lock --report github >check-$lock.txt || echo "exit code $?" >>check-$lock.txt
done
"$camreport" verify efficientnet-lite0-en-coffee/run.json >verify.txt

find . -name run.json -exec sed -i -E 's/("milliseconds" : )[0-9.e+-]+/\10/' {} +
find . -type f ! -name MANIFEST | LC_ALL=C sort | xargs -d '\n' sha256sum >MANIFEST
rm -rf -- */tensors
