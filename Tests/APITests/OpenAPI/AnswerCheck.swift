import Foundation
import LocalServers
import Notifications
import TestSupport
import Testing

@testable import API

/// Holds answers against what the description says of them: every member that is there must be described, with its kind,
/// its words and its format.
///
/// Clients are to ignore members that they do not know, so the description itself leaves room for more.
struct AnswerCheck {
    private var answers: [JSON] = []

    mutating func add(_ value: JSON, as schema: String, _ what: String) {
        add(value, by: ["$ref": .string("#/components/schemas/\(schema)")], what)
    }

    /// The answer to an operation, unless it is described as something else than JSON.
    mutating func add(_ answer: Client.Answer, to operation: Description.Operation) {
        let response = operation.responses["\(answer.status)"]?["content"]?.object?.members ?? []
        guard let schema = response.first(where: { $0.name.hasSuffix("json") })?.value["schema"] else { return }
        add(answer.body, by: schema, "\(operation.name) \(answer.status)")
    }

    private mutating func add(_ value: JSON, by schema: JSON, _ what: String) {
        answers.append(["what": .string(what), "schema": schema, "value": value])
    }

    func expectAllAsDescribed() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "belfry-answers-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        let all: JSON = ["document": OpenAPIDocument.json, "answers": .array(answers)]
        try Data(all.utf8).write(to: file)
        let (status, output) = try await Python.run(Self.script, [file.path])
        #expect(status == .exited(0), "\(output)")
        #expect(!answers.isEmpty)
    }

    private static let script = #"""
        import json, sys
        from jsonschema import Draft202012Validator
        given = json.load(open(sys.argv[1]))

        def closed(schema, whole=True):
            """The schema without references, in which what it does not name is wrong."""
            if isinstance(schema, list): return [closed(one) for one in schema]
            if not isinstance(schema, dict): return schema
            if "$ref" in schema:
                place = given["document"]
                for name in schema["$ref"][2:].split("/"): place = place[name]
                beside = {k: v for k, v in schema.items() if k != "$ref"}
                return closed({"allOf": [place, beside]} if "properties" in beside else {**place, **beside}, whole)
            made = dict(schema)
            for name in ("properties", "patternProperties"):
                if name in made: made[name] = {k: closed(v) for k, v in made[name].items()}
            for name in ("items", "additionalProperties", "not"):
                if name in made: made[name] = closed(made[name])
            for name in ("anyOf", "oneOf"):
                if name in made: made[name] = [closed(one, whole and "properties" not in made) for one in made[name]]
            if "allOf" in made: made["allOf"] = [closed(one, False) for one in made["allOf"]]
            for name in ("if", "then", "else"):
                if name in made: made[name] = closed(made[name], False)
            if "propertyNames" in made: made["propertyNames"] = closed(made["propertyNames"])
            if whole and ("properties" in made or "allOf" in made) and "additionalProperties" not in made:
                made["unevaluatedProperties"] = False
            return made

        wrong = set()
        for answer in given["answers"]:
            validator = Draft202012Validator(
                closed(answer["schema"]), format_checker=Draft202012Validator.FORMAT_CHECKER)
            for error in validator.iter_errors(answer["value"]):
                wrong.add(f"{answer['what']} {error.json_path} {error.message}"[:600])
        print("\n".join(sorted(wrong)))
        sys.exit(1 if wrong else 0)
        """#
}
