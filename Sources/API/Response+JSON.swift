import HTTPTypes
import Hummingbird
import Notifications

extension Response {
    init(json: JSON, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
        self.init(jsonText: json.utf8, status: status, headers: headers)
    }

    /// An answer whose JSON text is made already.
    init(jsonText: some Collection<UInt8>, status: HTTPResponse.Status, headers: HTTPFields = [:]) {
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = "application/json" }
        self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: jsonText)))
    }
}

extension HTTPField.Name {
    static let requestId = known("X-Request-Id")
    static let idempotencyKey = known("Idempotency-Key")
    static let oldIdempotencyKey = known("X-Idempotency-Key")
    static let idempotentReplayed = known("Idempotent-Replayed")
    static let rateLimit = known("RateLimit")
    static let rateLimitPolicy = known("RateLimit-Policy")
    static let traceparent = known("traceparent")
    static let lastEventId = known("Last-Event-ID")
    static let referrerPolicy = known("Referrer-Policy")

    private static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("not the name of a header") }
        return name
    }
}
