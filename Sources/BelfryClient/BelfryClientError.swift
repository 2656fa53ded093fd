import Foundation
import NIOHTTP1
import Notifications

/// Why a call came to nothing: what Belfry answered (RFC 9457), or why there was no answer.
public struct BelfryClientError: Error, Sendable, Hashable {
    /// What is wrong with one member of the request.
    public struct FieldError: Sendable, Hashable {
        /// Its path, such as `to.userId`.
        public let field: String
        public let detail: String
    }

    /// The HTTP status; nil when there was no answer.
    public let status: Int?
    /// The problem's stable word, or one of the words below when there was no answer that could be read.
    public let code: String
    /// A sentence for people.
    public let detail: String
    public let fieldErrors: [FieldError]
    /// Whether the same call may succeed later. What it asked for may have happened all the same.
    public let isRetryable: Bool
    /// How long to wait before that; nil when the answer does not say.
    public let retryAfter: Duration?
    /// What Belfry's log has the request under.
    public let requestId: String?

    private init(_ code: String, _ detail: String, isRetryable: Bool) {
        status = nil
        self.code = code
        self.detail = detail
        fieldErrors = []
        self.isRetryable = isRetryable
        retryAfter = nil
        requestId = nil
    }

    static let invalidURL = BelfryClientError(
        "invalidURL", "The URL must be like http://127.0.0.1:8080, without user and query.", isRetryable: false)
    static let unreachable = BelfryClientError(
        "unreachable", "Nothing answers at this URL.", isRetryable: true)
    static let timedOut = BelfryClientError("timedOut", "The answer did not come in time.", isRetryable: true)
    static let connectionLost = BelfryClientError(
        "connectionLost", "The connection broke before the answer was there.", isRetryable: true)
    static let answerTooLarge = BelfryClientError(
        "answerTooLarge", "The answer is larger than is read.", isRetryable: false)
    static let malformedAnswer = BelfryClientError(
        "malformedAnswer", "The answer is not one of Belfry's.", isRetryable: false)
}

extension BelfryClientError {
    /// An answer that says no. One that is no problem document, such as a proxy's, is known by its status alone.
    init(status: Int, body: JSON, headers: HTTPHeaders) {
        self.status = status
        code = body["code"]?.string ?? "http\(status)"
        detail = body["detail"]?.string ?? "The answer was HTTP \(status)."
        fieldErrors = (body["errors"]?.array ?? []).map(FieldError.init(json:))
        isRetryable = body["retryable"]?.bool ?? [429, 502, 503, 504].contains(status)
        retryAfter = headers.first(name: "retry-after").flatMap { Int($0) }.map { .seconds($0) }
        requestId = body["requestId"]?.string
    }
}

extension BelfryClientError.FieldError {
    init(json: JSON) {
        self.init(field: json["field"]?.string ?? "", detail: json["detail"]?.string ?? "is not valid")
    }
}

extension BelfryClientError: CustomStringConvertible {
    public var description: String {
        ([detail] + fieldErrors.map { "\($0.field.isEmpty ? "the body" : $0.field) \($0.detail)" })
            .joined(separator: "\n  ")
    }
}
