import Foundation

/// A bearer token of some hour or so.
struct AccessToken: Sendable, Hashable {
    var secret: Secret
    var expiresAt: Date

    /// Why there is none.
    enum Failure: Error {
        /// Our credentials are wrong.
        case refused
        /// Whoever gives them out did not answer, or not now.
        case unavailable
    }
}
