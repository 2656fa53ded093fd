import Logging
import Notifications
import Synchronization
import Testing

/// Keeps what is logged, each line with its metadata.
final class LogBook: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(book: self) } }

    private func keep(_ line: String) { kept.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let pairs = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            book.keep(([event.message.description] + pairs).joined(separator: " "))
        }
    }
}

struct LogTests {
    @Test func everyRequestIsLoggedWithoutWhomOrWhatItIsAbout() async throws {
        let book = LogBook()
        try await withAPI(logger: book.logger) { api in
            let client = try await api.client()
            let header = ["x-request-id": "request-1"]
            let user: JSON = ["email": "canary@example.org"]
            _ = try await client.send("PUT", "/v1/users/canary-user?canary=1", user, headers: header)
            _ = try await client.send("POST", "/v1/notifications", ["to": user, "title": "canary"])
            _ = try await client.send("POST", "/v1/notifications", ["canary": "canary"])
            _ = try await client.send("GET", "/canary")
            let requests = book.lines.filter { $0.hasPrefix("request ") }
            #expect(
                requests.map { $0.replacing(/milliseconds=\d+/, with: "milliseconds=0") }.first
                    == "request method=PUT milliseconds=0 path=/v1/users/{id} requestId=request-1 status=422")
            #expect(requests.count == 4)
            #expect(requests.last?.contains("path=NotFound requestId=") == true)
            let secret = client.key ?? ""
            for line in book.lines { #expect(!line.contains("canary") && !line.contains(secret), "\(line)") }
        }
    }
}
