import Foundation
import Notifications

/// A request as the README or a page of `docs` shows it: a `curl` with a body, or a block of JSON that says whom to
/// notify.
struct DocumentedRequest {
    let file: String
    let method: String
    let path: String
    let body: JSON

    /// The users that it is about.
    var userIds: [String] {
        let recipients = body["to"]?.array ?? [body["to"] ?? .null]
        return recipients.compactMap { $0["userId"]?.string }
    }

    static func all() throws -> [DocumentedRequest] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let names = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "docs").path)
        let files = ["README.md"] + names.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
        return try files.flatMap { file in
            let text = try String(contentsOf: root.appending(path: file), encoding: .utf8)
            return curls(in: text, of: file) + bodies(in: text, of: file)
        }
    }

    private static func curls(in text: String, of file: String) -> [DocumentedRequest] {
        text.matches(of: /curl -X (\w+) \$BELFRY_URL(\S+) [^']*(?:'[^'{]*'[^']*)*-d '([^']*)'/).compactMap { match in
            let (_, method, path, body) = match.output
            guard let json = try? JSON(parsing: String(body)) else { return nil }
            return DocumentedRequest(file: file, method: String(method), path: String(path), body: json)
        }
    }

    /// Blocks, fenced or indented, that are JSON as they stand.
    private static func bodies(in text: String, of file: String) -> [DocumentedRequest] {
        let fenced = text.matches(of: /```json\n([^`]*)```/).map { String($0.output.1) }
        let indented = text.matches(of: /(?:^|\n\n)((?:    .*\n)+)/).map { String($0.output.1) }
        return (fenced + indented).compactMap { block in
            guard let json = try? JSON(parsing: block), json["to"] != nil else { return nil }
            return DocumentedRequest(file: file, method: "POST", path: "/v1/notifications", body: json)
        }
    }
}
