import Foundation
import Notifications
import TestSupport
import Testing

/// What docs/reading.md tells to try.
struct ReadingDocumentTests {
    @Test func everyRequestOfTheDocumentIsAnswered() async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/reading.md"), encoding: .utf8)
        let requests = text.matches(of: /curl (?:-G )?"\$BELFRY_URL([^"]*)"(?: --data-urlencode 'q=([^']*)')?/)
        #expect(requests.count == 4)
        try await withAPI { api in
            let client = try await api.client()
            for request in requests {
                let (_, path, words) = request.output
                let query = words?.addingPercentEncoding(withAllowedCharacters: .alphanumerics).map { "?q=\($0)" } ?? ""
                let answer = try await client.send("GET", path + query)
                #expect(answer.status == 200, "\(path)\(query): \(answer.body.text)")
            }
        }
    }
}
