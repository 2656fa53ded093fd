import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// Follows the stream of events, is cut off now and then, and comes back with the number of the last event it saw.
final class Subscriber: Sendable {
    private let url: String
    private let apiKey: String
    private let history: HistoryLog
    private let last = Mutex<String?>(nil)
    private let seen = Mutex<Set<Int64>>([])
    private let isOpen = Flag()

    init(url: String, apiKey: String, history: HistoryLog) {
        self.url = url
        self.apiKey = apiKey
        self.history = history
    }

    /// Whether a stream is open at this moment.
    var isListening: Bool { isOpen.isRaised }

    /// Whether all events with these numbers came.
    func hasSeen(_ numbers: Set<Int64>) -> Bool { seen.withLock { $0.isSuperset(of: numbers) } }

    /// Follows until cancelled.
    func run() async {
        while !Task.isCancelled {
            let since = last.withLock { $0 }
            history.note(HistoryEntry("subscriber", .invoke, since ?? "0", note: since == nil ? "begun" : "resumed"))
            do { try await follow(since: since ?? "0") } catch {
                history.note(HistoryEntry("subscriber", .info, since ?? "0", note: "\(type(of: error))"))
            }
            isOpen.lower()
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    private func follow(since: String) async throws {
        var request = HTTPClientRequest(url: "\(url)/v1/events/stream")
        request.headers.add(name: "authorization", value: "Bearer \(apiKey)")
        request.headers.add(name: "last-event-id", value: since)
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(600))
        guard response.status == .ok else { return }
        isOpen.raise()
        var buffered = ByteBuffer()
        for try await var chunk in response.body {
            buffered.writeBuffer(&chunk)
            while let end = buffered.readableBytesView.firstRange(of: Array("\n\n".utf8)) {
                let length = end.upperBound - buffered.readerIndex
                // A gap that is announced is closed by coming back with the last number.
                if take(buffered.readString(length: length) ?? "") == .resync { return }
            }
            buffered.discardReadBytes()
        }
    }

    private enum Kind { case event, resync, other }

    private func take(_ text: String) -> Kind {
        var id: String?
        var isResync = false
        for line in text.split(separator: "\n") {
            if line.hasPrefix("id: ") { id = String(line.dropFirst(4)) }
            if line == "event: resync" { isResync = true }
        }
        if isResync {
            history.note(HistoryEntry("subscriber", .info, "resync"))
            return .resync
        }
        guard let id else { return .other }
        last.withLock { $0 = id }
        if let number = Int64(id) { seen.withLock { _ = $0.insert(number) } }
        history.note(HistoryEntry("subscriber", .ok, id))
        return .event
    }
}
