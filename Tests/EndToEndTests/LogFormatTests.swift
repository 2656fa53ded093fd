import Foundation
import Logging
import Notifications
import TestSupport
import Testing

@testable import belfry

/// Log lines, byte by byte.
struct LogFormatTests {
    private let moment = Date(timeIntervalSince1970: 1_769_851_800.0624)

    /// What a handler writes.
    private func written(_ format: LogFormat, _ log: (Logger, LogOutput) -> Void) throws -> String {
        let path = "/tmp/belfry-log-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = open(path, O_CREAT | O_RDWR | O_APPEND, 0o600)
        defer { close(file) }
        let output = LogOutput(descriptor: file)
        var logger = Logger(label: "test") { LineLogHandler(label: $0, format: format, output: output) }
        logger.logLevel = .trace
        log(logger, output)
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    private let line = LogLine(
        level: .warning, label: "belfry-api", message: "a \"message\"\n\u{1b}[31m\\",
        pairs: [("count", "3"), ("error", "é\u{7f}"), ("settings", ["b": "2", "a": ["x", "y"]])])

    @Test func jsonLineIsOneObjectInAFixedOrder() throws {
        let text = try written(.json) { $1.write(line, as: .json, at: moment) }
        #expect(
            text == #"""
                {"time":"2026-01-31T09:30:00.062Z","level":"warning","message":"a \"message\"\n\u001b[31m\\",\#
                "label":"belfry-api","count":"3","error":"é\u007f","settings":{"a":["x","y"],"b":"2"}}

                """#)
        #expect(try JSON(parsing: text.trimmingCharacters(in: .newlines))["message"]?.string == line.message)
    }

    @Test func textLineStaysOnItsLine() throws {
        let text = try written(.text) { $1.write(line, as: .text, at: moment) }
        #expect(text.hasPrefix(#"2026-01-31T09:30:00.062Z warning belfry-api: a "message"\u000a\u001b[31m\ count=3"#))
        #expect(text.filter(\.isNewline).count == 1)
    }

    @Test func keyThatIsNotListedIsDropped() throws {
        let text = try written(.json) { logger, _ in
            var logger = logger
            logger[metadataKey: "email"] = "canary"
            logger[metadataKey: "requestId"] = "r1"
            logger.info("said", metadata: ["title": "canary", "count": "1", "requestId": "r2"])
        }
        let json = try JSON(parsing: text.trimmingCharacters(in: .newlines))
        #expect(json.object?.members.map(\.name) == ["time", "level", "message", "label", "count", "requestId"])
        #expect(json["requestId"] == "r2")
    }

    @Test func linesOfManyTasksDoNotMix() async throws {
        let path = "/tmp/belfry-log-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = open(path, O_CREAT | O_RDWR | O_APPEND, 0o600)
        defer { close(file) }
        let output = LogOutput(descriptor: file)
        await withDiscardingTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    let logger = Logger(label: "task") { LineLogHandler(label: $0, format: .json, output: output) }
                    for _ in 0..<200 {
                        logger.info("\(String(repeating: "\(task)", count: 300))", metadata: ["count": "1"])
                    }
                }
            }
        }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 1600)
        for line in lines {
            let message = try #require(try JSON(parsing: String(line))["message"]?.string)
            #expect(message.count == 300 && Set(message).count == 1)
        }
    }
}
