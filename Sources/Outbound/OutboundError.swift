/// Why there is no answer, and whether the other side may have the request.
public enum OutboundError: Error, Sendable, Hashable {
    /// No part of the request left: it is safe to send it again.
    case notSent(Reason)
    /// The request, or a part of it, left: nobody knows whether it had an effect.
    case unknown(Reason)

    /// The raw value is a stable word for programs.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The URL breaks a rule that needs no network.
        case urlRefused
        /// The name leads to an address that is not public.
        case addressRefused
        case nameNotResolved
        case connectFailed
        case tlsFailed
        /// The server's certificate is not valid for its name.
        case certificate
        /// The server does not speak HTTP/2 where nothing else will do.
        case noHTTP2
        case timeout
        case cancelled
        case connectionLost
        /// HTTP/2: the server said that it did not look at the request; it takes none any more on this connection.
        case requestRefused
        /// The reply is not HTTP.
        case malformedReply
        /// The client was shut down.
        case shutDown
    }

    public var reason: Reason {
        switch self {
        case .notSent(let reason), .unknown(let reason): reason
        }
    }
}

extension OutboundError: CustomStringConvertible {
    /// A sentence that is safe to show.
    public var description: String { reason.sentence }
}

extension OutboundError.Reason {
    var sentence: String {
        switch self {
        case .urlRefused: "The URL is not allowed."
        case .addressRefused: "The host leads to an address that is not public."
        case .nameNotResolved: "The host's name could not be resolved."
        case .connectFailed: "No connection could be made."
        case .tlsFailed: "The TLS handshake failed."
        case .certificate: "The server's certificate is not valid for its name."
        case .noHTTP2: "The server does not speak HTTP/2."
        case .timeout: "There was no answer in time."
        case .cancelled: "The request was cancelled."
        case .connectionLost: "The connection broke before there was an answer."
        case .requestRefused: "The server closes its connection and did not take the request."
        case .malformedReply: "The reply was not HTTP."
        case .shutDown: "The client was shut down."
        }
    }
}
