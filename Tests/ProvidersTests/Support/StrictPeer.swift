import Foundation
import LocalServers
import Notifications
import TestSupport
import Testing

/// A provider as strict as its documentation: what it wants of a request is written in Python, which shares no line with
/// what is tested.
struct StrictPeer {
    /// A function `check(request)` that raises unless everything is as it must be.
    var rules: String

    init(_ rules: String) { self.rules = rules }

    /// Expects that the request is taken as it is, and refused with any of the changes made to it.
    func expectExactly(
        _ request: String, changes: [(String, String)], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let changed = changes.map { request.replacing($0.0, with: $0.1, maxReplacements: 1) }
        let problems = try await problems(with: [request] + changed)
        try #require(problems.count == changes.count + 1, sourceLocation: sourceLocation)
        #expect(problems[0] == "", "\(request)", sourceLocation: sourceLocation)
        for (index, change) in changes.enumerated() {
            #expect(changed[index] != request, "\(change.0) is not in \(request)", sourceLocation: sourceLocation)
            #expect(problems[index + 1] != "", "\(change.0) may be \(change.1)", sourceLocation: sourceLocation)
        }
    }

    /// What is wrong with each; empty for one that is taken.
    private func problems(with requests: [String]) async throws -> [String] {
        let file = FileManager.default.temporaryDirectory.appending(path: "belfry-\(UUID()).json")
        try Data(JSON.array(requests.map(JSON.string)).utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let (status, output) = try await Python.run(Self.before + "\n" + rules + "\n" + Self.after, [file.path])
        try #require(status == .exited(0), "\(output)")
        return try JSON(parsing: output).array?.compactMap(\.string) ?? []
    }

    private static let before = #"""
        import base64, json, re, sys, urllib.parse

        class Wrong(Exception):
            pass

        def need(condition, what):
            if not condition: raise Wrong(what)

        def members(value, required, optional=()):
            need(isinstance(value, dict), "no object")
            need(set(required) <= set(value) <= set(required) | set(optional), f"members {sorted(value)}")
            return value

        class Request:
            def __init__(self, raw):
                head, _, self.body = raw.partition("\r\n\r\n")
                lines = head.split("\r\n")
                self.method, target, version = lines[0].split(" ")
                need(version == "HTTP/1.1", version)
                self.path, _, query = target.partition("?")
                self.query = urllib.parse.parse_qsl(query, strict_parsing=True) if query else []
                self.headers = {}
                for line in lines[1:]:
                    name, value = line.split(": ", 1)
                    need(name.lower() not in self.headers, f"{name} twice")
                    self.headers[name.lower()] = value

            def asks(self, method, path):
                need((self.method, self.path) == (method, path), f"{self.method} {self.path}")

            def has(self, name, value):
                need(self.headers.get(name) == value, f"{name}: {self.headers.get(name)}")

            def basic(self, user, password):
                self.has("authorization", "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())

            def json(self):
                need(re.fullmatch(r"application/json(; charset=utf-8)?", self.headers.get("content-type", "")), "type")
                return json.loads(self.body)

            def form(self):
                self.has("content-type", "application/x-www-form-urlencoded")
                return urllib.parse.parse_qsl(self.body, strict_parsing=True, encoding="utf-8", errors="strict")
        """#

    private static let after = #"""
        def problem(raw):
            try:
                check(Request(raw))
                return ""
            except Exception as error:
                return repr(error)

        print(json.dumps([problem(raw) for raw in json.load(open(sys.argv[1]))]))
        """#
}
