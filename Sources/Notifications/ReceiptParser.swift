public import Foundation

/// Reads one provider's callbacks: checks that they are the provider's own, then says what they tell.
public protocol ReceiptParser: Sendable {
    /// Of a callback that is not a provider's, or not meant for us, nothing is believed.
    func read(_ callback: ReceiptCallback) async throws(ReceiptRefusal) -> ReceiptReading
}

/// A callback as it came, raw: signatures are made over bytes.
public struct ReceiptCallback: Sendable {
    /// `POST`, or `GET` where a provider asks whether we are there.
    public var method: String
    /// With the scheme and host that the provider called, which a proxy may have hidden from us, and with its query.
    public var url: String
    public var query: [String: String]
    /// By names in small letters.
    public var headers: [String: String]
    public var body: [UInt8]
    /// Our time, for what may not be old.
    public var now: Date

    public init(
        method: String, url: String, query: [String: String], headers: [String: String], body: [UInt8], now: Date
    ) {
        self.method = method
        self.url = url
        self.query = query
        self.headers = headers
        self.body = body
        self.now = now
    }
}

/// What a callback came to.
public struct ReceiptReading: Sendable, Hashable {
    /// In the order in which they stand there.
    public var receipts: [Receipt]
    /// The text that the provider wants to hear; nil for none.
    public var answer: String?

    public init(receipts: [Receipt] = [], answer: String? = nil) {
        self.receipts = receipts
        self.answer = answer
    }
}

/// Why a callback is not believed, in words that are safe to show.
public enum ReceiptRefusal: Error, Sendable, Hashable {
    /// No signature, a wrong one, or one of another time.
    case unsigned(String)
    /// Signed, and still not what the provider documents.
    case malformed(String)
}
