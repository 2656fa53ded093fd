/// How a loopback server tells requests from bytes.
public protocol Framing: Sendable {
    /// What the server says to whoever connects.
    var greeting: String { get }
    /// Takes the first whole piece out of what was received; nil when there is none yet.
    mutating func next(in received: inout String) -> FramedPiece?
}

public enum FramedPiece: Sendable {
    /// What a test wants to see, and decides the reply to.
    case request(String)
    /// What belongs to the protocol: the answer to it.
    case formality(answer: String)
}

/// A request is a head and a body, by its `Content-Length`.
public struct HTTPFraming: Framing {
    public let greeting: String

    public init(greeting: String = "") { self.greeting = greeting }

    public mutating func next(in received: inout String) -> FramedPiece? {
        guard let end = received.firstRange(of: "\r\n\r\n")?.upperBound else { return nil }
        let head = received[..<end].lowercased().split(separator: "\r\n")
        let length = head.compactMap { $0.hasPrefix("content-length: ") ? Int($0.dropFirst(16)) : nil }.first ?? 0
        guard received[end...].utf8.count >= length else { return nil }
        let request = String(received[..<(received.utf8.index(end, offsetBy: length))])
        received.removeSubrange(..<received.utf8.index(end, offsetBy: length))
        return .request(request)
    }
}

/// A request is a message with its final dot; what leads to it is answered as a friendly server would.
public struct SMTPFraming: Framing {
    public let greeting = "220 peer.test ESMTP\r\n"
    private var isInData = false

    public init() {}

    public mutating func next(in received: inout String) -> FramedPiece? {
        guard let end = received.firstRange(of: isInData ? "\r\n.\r\n" : "\r\n")?.upperBound else { return nil }
        let piece = String(received[..<end])
        received.removeSubrange(..<end)
        if isInData {
            isInData = false
            return .request(piece)
        }
        switch piece.prefix(4) {
        case "EHLO": return .formality(answer: "250-peer.test\r\n250 PIPELINING\r\n")
        case "DATA":
            isInData = true
            return .formality(answer: "354 Go on\r\n")
        case "MAIL", "RCPT", "RSET": return .formality(answer: "250 2.0.0 Ok\r\n")
        default: return .formality(answer: "221 2.0.0 Bye\r\n")
        }
    }
}
