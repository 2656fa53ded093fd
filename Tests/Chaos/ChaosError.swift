/// Why a run could not be carried out. What Belfry did wrong is a problem in a verdict, not an error.
enum ChaosError: Error, CustomStringConvertible {
    case unusable(String)
    case commandFailed(String, [String])
    case tookTooLong(String)
    /// An answer or file that is not as it should be.
    case malformed(String)

    var description: String {
        switch self {
        case .unusable(let path): "\(path) cannot be written"
        case .commandFailed(let command, let output): "belfry \(command) failed: \(output.joined(separator: "\n"))"
        case .tookTooLong(let what): "gave up waiting for \(what)"
        case .malformed(let what): "\(what) cannot be read"
        }
    }
}
