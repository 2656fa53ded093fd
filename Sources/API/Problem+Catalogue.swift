import HTTPTypes
import Hummingbird
import Notifications

/// Every problem the API can answer with.
extension Problem {
    static func malformed(_ error: JSONSyntaxError) -> Problem {
        Problem(status: .badRequest, code: .malformedJson, detail: "The body is not valid JSON: \(error).")
    }

    static func invalid(_ errors: [FieldProblem]) -> Problem {
        let detail = errors.count == 1 ? "1 field is not valid." : "\(errors.count) fields are not valid."
        return Problem(status: .unprocessableContent, code: .invalidRequest, detail: detail, errors: errors)
    }

    static func invalid(_ field: String, _ code: FieldProblem.Code, _ message: String) -> Problem {
        invalid([FieldProblem(field: field, code: code, message: message)])
    }

    static let notAnObject = Problem.invalid("", .wrongType, "must be an object")

    static let idempotencyKeyReused = Problem(
        status: .unprocessableContent, code: .idempotencyKeyReused,
        detail: "This key came with another body before. Use a new key for a new request.")

    static let refused = Problem(
        status: .unprocessableContent, code: .refused, detail: "The document cannot be stored as it is.")

    static let unauthorized = Problem(
        status: .unauthorized, code: .unauthorized,
        detail: "Send a valid key as `Authorization: Bearer bf_live_…`.",
        headers: [.wwwAuthenticate: #"Bearer realm="belfry""#])

    static func missingScope(_ scope: Scope) -> Problem {
        let challenge = #"Bearer realm="belfry", error="insufficient_scope", scope="\#(scope.rawValue)""#
        return Problem(
            status: .forbidden, code: .missingScope, detail: "This needs a key with the scope `\(scope.rawValue)`.",
            headers: [.wwwAuthenticate: challenge])
    }

    static let liveKeyNeeded = Problem(
        status: .forbidden, code: .liveKeyNeeded,
        detail:
            "A test key makes and ends test keys only, cancels and tries again only what was sent with one, "
            + "and changes nothing that holds for live ones.")

    static let notRotatable = Problem(
        status: .conflict, code: .notRotatable,
        detail: "It has ended, or one that is still good has replaced it: rotate that one.")

    static let endpointDisabled = Problem(
        status: .conflict, code: .endpointDisabled,
        detail: "Nothing is told to it. Put it with `\"enabled\": true` first.")

    /// Also for what belongs to another tenant.
    static let notFound = Problem(status: .notFound, code: .notFound, detail: "Nothing is known by this name here.")

    static func methodNotAllowed(_ allowed: [HTTPRequest.Method]) -> Problem {
        let methods = allowed.map(\.rawValue).sorted().joined(separator: ", ")
        return Problem(
            status: .methodNotAllowed, code: .methodNotAllowed, detail: "Allowed here: \(methods).",
            headers: [.allow: methods])
    }

    static func bodyTooLarge(_ what: String, limit: Int) -> Problem {
        Problem(status: .contentTooLarge, code: .bodyTooLarge, detail: "\(what) may have at most \(limit) bytes.")
    }

    static let bodyTooSlow = Problem(
        status: .requestTimeout, code: .bodyTooSlow, detail: "The body took too long.", isRetryable: true)

    static func targetTooLong(limit: Int) -> Problem {
        Problem(
            status: .uriTooLong, code: .targetTooLong,
            detail: "A path may have at most \(limit) bytes with its query.")
    }

    static let headersTooLarge = Problem(
        status: .requestHeaderFieldsTooLarge, code: .headersTooLarge, detail: "Send fewer or shorter headers.")

    static let unsupportedMediaType = Problem(
        status: .unsupportedMediaType, code: .unsupportedMediaType,
        detail: "Send the body as `Content-Type: application/json`.")

    /// What was asked may have happened all the same; with an idempotency key it can be asked again.
    static let unavailable = Problem(
        status: .serviceUnavailable, code: .unavailable, detail: "The database did not answer in time.",
        isRetryable: true, headers: [.retryAfter: "1"])

    static let queueUnavailable = Problem(
        status: .serviceUnavailable, code: .unavailable, detail: "The queue did not answer in time.",
        isRetryable: true, headers: [.retryAfter: "1"])

    static var overloaded: Problem {
        Problem(
            status: .serviceUnavailable, code: .overloaded, detail: "Too many requests are waiting.",
            isRetryable: true, headers: [.retryAfter: "\(overloadedPause)"])
    }

    /// Seconds. Callers are told different ones, or all would come back at once.
    static var overloadedPause: Int { .random(in: 1...5) }

    /// `bucket` is the key's, which has nothing left.
    static func rateLimited(_ bucket: TokenBucket) -> Problem {
        var headers = bucket.headers
        headers[.retryAfter] = "\(bucket.retryAfter)"
        return Problem(
            status: .tooManyRequests, code: .rateLimited,
            detail: "This key may send \(bucket.rate) requests a second; a list counts as one for each recipient.",
            isRetryable: true, headers: headers)
    }

    /// `wait` is until there is room for the first of them.
    static func recipientLimited(_ errors: [FieldProblem], wait: Duration) -> Problem {
        Problem(
            status: .tooManyRequests, code: .recipientLimited,
            detail: "The tenant's preferences limit what a user gets.", isRetryable: true, errors: errors,
            headers: [.retryAfter: "\(max(1, (wait.milliseconds + 999) / 1000))"])
    }

    static let internalError = Problem(
        status: .internalServerError, code: .internalError, detail: "Something went wrong on our side.")
}
