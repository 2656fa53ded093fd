import API
import Notifications

/// The document that describes the API, taken apart for tests.
enum Description {
    struct Operation {
        let method: String
        let path: String
        let json: JSON

        var name: String { "\(method) \(path)" }

        /// The examples of its body by their names.
        var examples: [(name: String, body: JSON)] {
            let content = json["requestBody"]?["content"]?["application/json"]
            return (content?["examples"]?.object?.members ?? []).map { ($0.name, $0.value["value"] ?? .null) }
        }

        var parameters: [JSON] { (json["parameters"]?.array ?? []).map(Description.resolve) }

        /// Its path with the examples of the parameters in it, or what `values` says instead.
        func path(_ values: [String: String] = [:]) -> String {
            parameters.filter { $0["in"] == "path" }.reduce(path) { path, parameter in
                let name = parameter["name"]?.string ?? ""
                return path.replacing("{\(name)}", with: values[name] ?? parameter["example"]?.string ?? "")
            }
        }

        /// The answers by their status.
        var responses: [String: JSON] {
            (json["responses"]?.object?.dictionary ?? [:]).mapValues(Description.resolve)
        }

        /// Whether all that it says when it succeeds is JSON, or nothing.
        var hasJSONAnswer: Bool {
            responses.filter { $0.key.hasPrefix("2") }.values.allSatisfy { response in
                (response["content"]?.object?.members ?? []).allSatisfy { $0.name == "application/json" }
            }
        }

        /// The problems that it may answer with.
        var codes: [String] {
            responses.values.flatMap { response in
                let schema = response["content"]?["application/problem+json"]?["schema"]
                return schema?["properties"]?["code"]?["enum"]?.array?.compactMap(\.string) ?? []
            }
        }
    }

    static var operations: [Operation] {
        (OpenAPIDocument.json["paths"]?.object?.members ?? []).flatMap { path, item in
            (item.object?.members ?? []).map { Operation(method: $0.name.uppercased(), path: path, json: $0.value) }
        }
    }

    /// What a pointer such as `components/schemas/Route/enum` leads to.
    static func part(_ pointer: String) -> JSON? {
        pointer.split(separator: "/").reduce(.some(OpenAPIDocument.json)) { json, name in json?[String(name)] }
    }

    /// What a reference stands for; anything else is itself.
    static func resolve(_ json: JSON) -> JSON {
        guard let reference = json["$ref"]?.string else { return json }
        return part(String(reference.dropFirst(2))) ?? .null
    }

    /// Every reference in a value.
    static func references(in json: JSON) -> [String] {
        switch json {
        case .object(let object):
            object.members.flatMap { $0.name == "$ref" ? [$0.value.string ?? ""] : references(in: $0.value) }
        case .array(let elements): elements.flatMap(references)
        default: []
        }
    }
}
