import HTTPTypes
import Hummingbird
import Notifications

/// Why a request was not served, as the caller is told.
///
/// **Source:** RFC 9457, "Problem Details for HTTP APIs".
struct Problem: Error, Sendable {
    /// The stable word for programs.
    enum Code: String, Sendable, CaseIterable {
        case malformedJson, invalidRequest, idempotencyKeyReused, refused
        case invalidSignature, malformedReceipt
        case unauthorized, missingScope, notFound, methodNotAllowed
        case bodyTooLarge, bodyTooSlow, headersTooLarge, targetTooLong, unsupportedMediaType
        case unavailable, overloaded, rateLimited, recipientLimited, internalError
        case liveKeyNeeded, notRotatable, endpointDisabled
    }

    let status: HTTPResponse.Status
    let code: Code
    /// A sentence for people; never SQL, a payload or a stack.
    let detail: String
    /// Whether the same request may succeed later.
    var isRetryable = false
    var errors: [FieldProblem] = []
    var headers: HTTPFields = [:]

    /// A body full of mistakes must not get a larger answer back.
    private static let maximumErrors = 100
    private static let maximumFieldLength = 200

    static let contentType = "application/problem+json"

    func response(instance: String, requestId: String) -> Response {
        var headers = headers
        headers[.contentType] = Problem.contentType
        return Response(json: json(instance: instance, requestId: requestId), status: status, headers: headers)
    }

    func json(instance: String, requestId: String) -> JSON {
        var object = JSONObject([
            ("type", .string("urn:belfry:problem:\(code.rawValue)")), ("title", .string(code.title)),
            ("status", JSON(status.code)), ("detail", .string(detail)), ("instance", .string(instance)),
            ("code", .string(code.rawValue)), ("retryable", .bool(isRetryable)),
        ])
        if !errors.isEmpty { object.append("errors", .array(errors.prefix(Problem.maximumErrors).map(Problem.json))) }
        object.append("requestId", .string(requestId))
        return .object(object)
    }

    static func json(_ problem: FieldProblem) -> JSON {
        [
            "field": .string(String(problem.field.prefix(maximumFieldLength))), "code": .string(problem.code.rawValue),
            "detail": .string(problem.message),
        ]
    }
}

extension Problem.Code {
    /// The HTTP status of every problem of this code.
    var status: HTTPResponse.Status {
        switch self {
        case .malformedJson, .malformedReceipt: .badRequest
        case .unauthorized, .invalidSignature: .unauthorized
        case .missingScope, .liveKeyNeeded: .forbidden
        case .notRotatable, .endpointDisabled: .conflict
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .bodyTooSlow: .requestTimeout
        case .bodyTooLarge: .contentTooLarge
        case .targetTooLong: .uriTooLong
        case .unsupportedMediaType: .unsupportedMediaType
        case .invalidRequest, .idempotencyKeyReused, .refused: .unprocessableContent
        case .rateLimited, .recipientLimited: .tooManyRequests
        case .headersTooLarge: .requestHeaderFieldsTooLarge
        case .internalError: .internalServerError
        case .unavailable, .overloaded: .serviceUnavailable
        }
    }

    /// The same for every problem of this code.
    var title: String {
        switch self {
        case .malformedJson: "The body is not JSON"
        case .invalidRequest: "The request is not valid"
        case .idempotencyKeyReused: "The idempotency key was used with another body"
        case .refused: "The request was refused"
        case .invalidSignature: "The signature is not the provider's"
        case .malformedReceipt: "The receipt cannot be read"
        case .unauthorized: "A valid API key is needed"
        case .missingScope: "The API key lacks a scope"
        case .notFound: "There is no such thing"
        case .methodNotAllowed: "The method is not allowed here"
        case .bodyTooLarge: "The body is too large"
        case .bodyTooSlow: "The body did not come in time"
        case .targetTooLong: "The path is too long"
        case .headersTooLarge: "The headers are too large"
        case .unsupportedMediaType: "The body must be JSON"
        case .unavailable: "The service is not available"
        case .overloaded: "The service is overloaded"
        case .rateLimited: "The API key sends too many requests"
        case .recipientLimited: "The recipient has had as much as it gets"
        case .internalError: "The service failed"
        case .liveKeyNeeded: "A test key may not do this"
        case .notRotatable: "The key cannot be rotated"
        case .endpointDisabled: "The endpoint is disabled"
        }
    }
}
