import Notifications

/// One operation as its part says it, and what follows from that.
struct OpenAPIOperation {
    private let source: JSONObject
    private let tag: JSON?
    let problems: [ProblemGroup]

    init(_ source: JSONObject, tag: JSON?) {
        self.source = source
        self.tag = tag
        problems = ProblemGroup.groups(of: OpenAPIOperation.codes(of: source))
    }

    /// Its own, and those that come with a key, with a body, and with any request at all.
    private static func codes(of source: JSONObject) -> Set<Problem.Code> {
        var codes: Set<Problem.Code> = [.targetTooLong, .headersTooLarge, .internalError]
        if source["x-scope"] != nil {
            codes.formUnion([.unauthorized, .missingScope, .rateLimited, .unavailable, .invalidRequest])
        }
        if source["requestBody"]?["content"]?["application/json"] != nil {
            codes.formUnion([
                .malformedJson, .unsupportedMediaType, .invalidRequest, .bodyTooLarge, .bodyTooSlow, .overloaded,
            ])
        }
        let own = source["x-problems"]?.array?.compactMap(\.string) ?? []
        return codes.union(own.compactMap(Problem.Code.init))
    }

    var json: JSON {
        var object = source
        let scope = source["x-scope"]
        if object["tags"] == nil, let tag { object["tags"] = .array([tag]) }
        object["security"] = .array(scope.map(OpenAPIOperation.requirement).map { [$0] } ?? [])
        object["x-problems"] = nil
        var responses = JSONObject()
        for (status, response) in source["responses"]?.object?.members ?? [] {
            responses[status] = OpenAPIOperation.adding(
                headers: scope == nil ? ["X-Request-Id"] : OpenAPIOperation.commonHeaders, to: response)
        }
        for group in problems where responses["\(group.status)"] == nil {
            responses["\(group.status)"] = OpenAPIOperation.reference("responses", group.name)
        }
        object["responses"] = .object(responses)
        return .object(object)
    }

    /// A key with this scope.
    private static func requirement(_ scope: JSON) -> JSON { ["apiKey": .array([scope])] }

    // MARK: - Answers

    private static let commonHeaders = ["X-Request-Id", "RateLimit", "RateLimit-Policy"]

    private static func reference(_ kind: String, _ name: String) -> JSON {
        ["$ref": .string("#/components/\(kind)/\(name)")]
    }

    private static func adding(headers names: [String], to response: JSON) -> JSON {
        guard var object = response.object else { return response }
        var headers = object["headers"]?.object ?? JSONObject()
        for name in names { headers[name] = reference("headers", name) }
        object["headers"] = .object(headers)
        return .object(object)
    }

    /// The answer that is one of these problems.
    static func response(to group: ProblemGroup) -> JSON {
        let own: [String] =
            switch group.status {
            case 401, 403: ["WWW-Authenticate"]
            case 429, 503: ["Retry-After"]
            default: []
            }
        let words = JSON.array(group.codes.map { .string($0.rawValue) })
        let response: JSON = [
            "description": .string(group.codes.map(\.title).joined(separator: ", or: ")),
            "content": [
                Problem.contentType: [
                    "schema": [
                        "$ref": "#/components/schemas/Problem",
                        "properties": ["status": ["const": JSON(group.status)], "code": ["enum": words]],
                    ]
                ]
            ],
        ]
        return adding(headers: commonHeaders + own, to: response)
    }
}
