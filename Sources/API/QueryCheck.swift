import Hummingbird
import Notifications

/// Refuses what an operation does not take in its query. Who writes `befor=` must not be given, or mark as read, what they
/// would without it.
struct QueryCheck: Sendable {
    /// What the document says, by method and path.
    private static let names: [String: Set<String>] = {
        var names: [String: Set<String>] = [:]
        for (path, item) in OpenAPIDocument.json["paths"]?.object?.members ?? [] {
            for (method, operation) in item.object?.members ?? [] {
                let parameters = (operation["parameters"]?.array ?? []).map(resolved)
                names["\(method.uppercased()) \(path)"] = Set(
                    parameters.filter { $0["in"] == "query" }.compactMap { $0["name"]?.string })
            }
        }
        return names
    }()

    /// The parameter itself, or the one that it refers to.
    private static func resolved(_ parameter: JSON) -> JSON {
        guard let reference = parameter["$ref"]?.string else { return parameter }
        let name = String(reference.trimmingPrefix("#/components/parameters/"))
        return OpenAPIDocument.json["components"]?["parameters"]?[name] ?? .null
    }

    /// Nil where whatever comes is taken: providers and mail clients call as they like.
    private let allowed: Set<String>?

    init(_ route: APIRoute) {
        allowed = route.scope == nil ? nil : QueryCheck.names["\(route.method.rawValue) \(route.path)"]
    }

    func check(_ request: Request) throws {
        guard let allowed, request.uri.query != nil else { return }
        // What has no name is nothing: `?&limit=2`.
        let names = Set(request.uri.queryParameters.map { String($0.key) }.filter { !$0.isEmpty })
        let unknown = names.subtracting(allowed)
        if unknown.isEmpty { return }
        throw Problem.invalid(
            unknown.sorted().map { FieldProblem(field: $0, code: .unknown, message: "is not a known parameter") })
    }
}
