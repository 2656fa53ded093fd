/// Why a benchmark could not be carried out.
public enum BenchError: Error, Sendable, CustomStringConvertible {
    /// An answer that is not HTTP as Belfry speaks it; with its head.
    case notHTTP(String)
    case connection(String)
    /// A process of ours ended or failed, and the last it said.
    case roleFailed(String, String)
    case tookTooLong(String)
    /// So many requests were answered with anything but a 2xx.
    case refused(Int)

    public var description: String {
        switch self {
        case .notHTTP(let head): "an answer could not be read: \(head)"
        case .connection(let what): "a connection to the API failed: \(what)"
        case .roleFailed(let role, let words): "belfry \(role) failed: \(words)"
        case .tookTooLong(let what): "gave up waiting for \(what)"
        case .refused(let count): "\(count) requests were refused, so the figures would mean nothing"
        }
    }
}
