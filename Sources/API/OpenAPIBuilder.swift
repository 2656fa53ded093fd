import HTTPTypes
import Notifications

/// Puts the document together out of its parts.
///
/// A part is a piece of OpenAPI 3.1 with `tags`, `paths` and `components`. Its operations say less than the standard wants,
/// so that nothing is said forty times:
///
/// - `x-scope` is the scope that a key needs; without it no key is needed.
/// - `x-problems` are the codes that it may answer with, beside those that ``OpenAPIOperation`` adds.
/// - `tags` are the part's first one, where it names none itself.
struct OpenAPIBuilder {
    private var frame = JSONObject()
    private var tags: [JSON] = []
    private var paths = JSONObject()
    private var components = JSONObject()

    private static let methods: Set = ["get", "put", "post", "delete", "patch"]

    mutating func add(_ part: JSONObject) {
        for (name, value) in part.members {
            switch name {
            case "tags": tags += value.array ?? []
            case "paths": for (path, item) in value.object?.members ?? [] { add(item, at: path, of: part) }
            case "components":
                for (kind, values) in value.object?.members ?? [] {
                    for (name, value) in values.object?.members ?? [] { add(value, named: name, to: kind) }
                }
            default: frame.append(name, value)
            }
        }
    }

    private mutating func add(_ item: JSON, at path: String, of part: JSONObject) {
        var merged = paths[path]?.object ?? JSONObject()
        for (name, value) in item.object?.members ?? [] {
            guard OpenAPIBuilder.methods.contains(name), let source = value.object else {
                merged[name] = value
                continue
            }
            let operation = OpenAPIOperation(source, tag: part["tags"]?.array?.first?["name"])
            merged[name] = operation.json
            for problems in operation.problems {
                add(OpenAPIOperation.response(to: problems), named: problems.name, to: "responses")
            }
        }
        paths[path] = .object(merged)
    }

    private mutating func add(_ value: JSON, named name: String, to kind: String) {
        var values = components[kind]?.object ?? JSONObject()
        values[name] = value
        components[kind] = .object(values)
    }

    var document: JSONObject {
        var document = frame
        document.append("tags", .array(tags))
        document.append("paths", .object(paths))
        document.append("components", .object(components))
        return document
    }
}

/// Problems of one status, which are one answer.
struct ProblemGroup: Hashable {
    /// In the order of their declaration.
    let codes: [Problem.Code]

    var status: Int { codes.first?.status.code ?? 500 }
    /// Of the component that says it.
    var name: String { codes.map(\.rawValue).joined(separator: "-") }

    /// One group for each status, the lowest first.
    static func groups(of codes: Set<Problem.Code>) -> [ProblemGroup] {
        let ordered = Problem.Code.allCases.filter(codes.contains)
        return Dictionary(grouping: ordered, by: \.status.code).sorted { $0.key < $1.key }
            .map { ProblemGroup(codes: $0.value) }
    }
}
