public import HTTPTypes

/// A request to somewhere outside.
public struct OutboundRequest: Sendable {
    public var method: HTTPRequest.Method
    public var url: String
    /// `Host` and `Content-Length` are added.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(
        method: HTTPRequest.Method, url: String, headers: KeyValuePairs<String, String> = [:], body: [UInt8] = []
    ) {
        self.method = method
        self.url = url
        self.headers = headers.map { (name: $0.key, value: $0.value) }
        self.body = body
    }
}

/// What came back, whatever its status: a redirect is an answer too, it is never followed.
public struct OutboundResponse: Sendable, Hashable {
    public var status: Int
    public var headers: HTTPFields
    public var body: [UInt8]
    /// Whether the body ends early: it was too long, came too slowly, or the connection broke. The status counts.
    public var isTruncated: Bool

    public init(status: Int, headers: HTTPFields = [:], body: [UInt8] = [], isTruncated: Bool = false) {
        self.status = status
        self.headers = headers
        self.body = body
        self.isTruncated = isTruncated
    }
}
