import Foundation
import LocalServers
import Notifications
import TestSupport
import Testing

/// A message as Python's `email` package reads it, which refuses any defect.
struct ReadMessage {
    struct Part {
        var type: String
        var charset: String?
        var filename: String?
        var disposition: String?
        var contentId: String?
        var content: [UInt8]

        var text: String { String(decoding: content, as: UTF8.self) }
    }

    /// Decoded, in their order.
    var headers: [(name: String, value: String)]
    /// The media types of the tree, e.g. `multipart/alternative(text/plain,text/html)`.
    var shape: String
    /// The leaves.
    var parts: [Part]

    func header(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

    init(reading message: [UInt8]) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "belfry-\(UUID()).eml")
        try Data(message).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let (status, output) = try await Python.run(Self.script, [file.path])
        try #require(status == .exited(0), "\(output)")
        let json = try JSON(parsing: output)
        headers = json["headers"]?.array?.map { ($0.array?[0].string ?? "", $0.array?[1].string ?? "") } ?? []
        shape = json["shape"]?.string ?? ""
        parts = try (json["parts"]?.array ?? []).map { part in
            Part(
                type: part["type"]?.string ?? "", charset: part["charset"]?.string,
                filename: part["filename"]?.string, disposition: part["disposition"]?.string,
                contentId: part["contentId"]?.string,
                content: Array(try #require(Data(base64Encoded: part["content"]?.string ?? ""))))
        }
    }

    private static let script = """
        import base64, email, json, sys
        from email import policy
        strict = policy.SMTP.clone(raise_on_defect=True)
        raw = open(sys.argv[1], "rb").read()
        message = email.message_from_bytes(raw, policy=strict)
        def shape(part):
            inner = ",".join(shape(p) for p in part.iter_parts()) if part.is_multipart() else ""
            return part.get_content_type() + (f"({inner})" if inner else "")
        for part in message.walk():
            for name, value in part.items():
                assert not getattr(value, "defects", ()), (name, value.defects)
        def leaf(part):
            return {"type": part.get_content_type(), "charset": part.get_content_charset(),
                    "filename": part.get_filename(), "disposition": part.get_content_disposition(),
                    "contentId": part["Content-ID"],
                    "content": base64.b64encode(part.get_payload(decode=True)).decode()}
        print(json.dumps({"headers": [[n, str(v)] for n, v in message.items()], "shape": shape(message),
                          "parts": [leaf(p) for p in message.walk() if not p.is_multipart()]}))
        """
}
