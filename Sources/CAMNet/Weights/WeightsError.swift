/// Why a weights file cannot be read or written.
public enum WeightsError: Error, Equatable {
  case empty(file: String)
  case unknownFormat(file: String)
  case otherContents(file: String, String)
  case noDataFile(file: String, location: String, reason: String)
  case truncated(file: String, what: String, needed: Int, found: Int)
  case malformed(file: String, reason: String)
  case tooMuchMemory(file: String, size: Int, allowed: Int)
  case refusedGlobal(file: String, name: String)
  /// A module of PyTorch's with its code's name, and not its weights alone.
  case wholeModule(file: String, name: String)
  case unsupported(file: String, what: String)
  case noTensors(file: String)
  case noSuchTensor(file: String, name: String)
  case unknownOutputFormat(file: String)
  case noTypeInFormat(file: String, type: ScalarType, name: String)
  case unwritable(file: String, reason: String)
}

extension WeightsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty(let file):
      "\(file): the file is empty"
    case .unknownFormat(let file):
      "\(file): is no weights file that camreport reads (.npy, .npz, .safetensors, torch checkpoint, "
        + ".onnx, .caffemodel)"
    case .otherContents(let file, let explanation):
      "\(file): \(explanation)"
    case .noDataFile(let file, let location, let reason):
      "\(file): needs its values in '\(location)' beside it (\(reason))"
    case .truncated(let file, let what, let needed, let found):
      "\(file): is truncated: \(what) needs \(needed) bytes and \(found) are left; "
        + "copy or download it again"
    case .malformed(let file, let reason):
      "\(file): is damaged: \(reason)"
    case .tooMuchMemory(let file, let size, let allowed):
      "\(file): would take more than \(allowed >> 20) MB of memory, far more than weights in "
        + "\(size) bytes need"
    case .refusedGlobal(let file, let name):
      "\(file): asks for '\(name)', which weights do not need; nothing in a weights file is run"
    case .wholeModule(let file, let name):
      "\(file): holds a whole module ('\(name)'), which only its own code can read; save its weights alone, "
        + "torch.save(model.state_dict(), \"net.pth\"), or the network, torch.onnx.export(model.eval(), x, \"net.onnx\")"
    case .unsupported(let file, let what):
      "\(file): holds \(what), which camreport does not read"
    case .noTensors(let file):
      "\(file): holds no arrays"
    case .noSuchTensor(let file, let name):
      "\(file): holds no array '\(name)'"
    case .unknownOutputFormat(let file):
      "\(file): its ending names no format that camreport writes; use .npy, .npz or .safetensors"
    case .noTypeInFormat(let file, let type, let name):
      "\(file): NumPy has no type for the \(type.name) values of '\(name)'; use .safetensors"
    case .unwritable(let file, let reason):
      "\(file): cannot be written in this format: \(reason)"
    }
  }
}
