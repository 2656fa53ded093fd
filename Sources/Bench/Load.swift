import Foundation

/// What is asked of the API: requests over so many connections, as fast as they are answered or at a pace.
struct Load: Sendable {
    enum Pace: Sendable {
        /// The next request of a connection as soon as its last one is answered, or as late as `Retry-After` asks for.
        case closed
        /// So many requests a second whether or not earlier ones are answered. One that had to wait for a free
        /// connection counts from when it was due, so a stall of the server is not hidden.
        case open(requestsPerSecond: Double)
    }

    var port: Int
    var connections: Int
    var pace: Pace
    var duration: Duration
    /// Taken in turn.
    var requests: [LoadRequest]
    /// Requests in all, at most.
    var limit = Int.max

    /// What came of it.
    struct Outcome: Sendable {
        /// Notifications that were answered with a 2xx, and when.
        var accepted: [(id: UUID, answeredAt: Date)] = []
        /// Of each request that was answered with a 2xx, from when it was due.
        var latencies: [Duration] = []
        /// Requests sent away by a 503, as a server does that has more to do than it can.
        var shed = 0
        /// Requests answered with anything else.
        var refused = 0
        /// Until the last answer.
        var elapsed: Duration = .zero
    }

    /// Runs it on a thread of its own.
    func run() async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try LoadThread(self).run() })
            }
        }
    }
}

/// One thread and `poll`: the least that can be spent on making load.
private final class LoadThread {
    private let load: Load
    private let connections: [LoadConnection]
    private var outcome = Load.Outcome()
    private var sent = 0
    private let start = ContinuousClock.now

    init(_ load: Load) throws {
        self.load = load
        connections = try (0..<load.connections).map { _ in try LoadConnection(port: load.port) }
    }

    func run() throws -> Load.Outcome {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var polled = connections.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        while true {
            for connection in connections where connection.isFree { try sendNext(on: connection) }
            if connections.allSatisfy({ $0.pending == nil }), isOver { break }
            let wait = wait
            guard poll(&polled, nfds_t(polled.count), CInt(wait.milliseconds)) > 0 else {
                // `poll` knows whole milliseconds only; at a pace of thousands a second that is too coarse.
                if wait < .milliseconds(1) { usleep(100) }
                continue
            }
            for (index, entry) in polled.enumerated() where entry.revents != 0 {
                try receive(from: connections[index], buffer)
            }
        }
        outcome.elapsed = .now - start
        return outcome
    }

    private var isOver: Bool { sent >= load.limit || .now - start >= load.duration }

    /// When the next request is due; nil after the end.
    private var nextDue: ContinuousClock.Instant? {
        let due =
            switch load.pace {
            case .closed: ContinuousClock.now
            case .open(let rate): start + .seconds(Double(sent) / rate)
            }
        return sent < load.limit && due - start < load.duration ? due : nil
    }

    private var wait: Duration {
        guard case .open = load.pace, connections.contains(where: \.isFree), let nextDue else {
            return .milliseconds(100)
        }
        return max(.zero, min(nextDue - .now, .milliseconds(100)))
    }

    private func sendNext(on connection: LoadConnection) throws {
        guard let nextDue, nextDue <= .now else { return }
        try connection.send(load.requests[sent % load.requests.count], due: nextDue)
        sent += 1
    }

    private func receive(from connection: LoadConnection, _ buffer: UnsafeMutableRawBufferPointer) throws {
        guard let due = connection.pending?.due, let answer = try connection.receive(into: buffer) else { return }
        guard (200..<300).contains(answer.status) else {
            if answer.status == 503 { outcome.shed += 1 } else { outcome.refused += 1 }
            return
        }
        outcome.latencies.append(.now - due)
        let now = Date.now
        for id in answer.ids { outcome.accepted.append((id, now)) }
    }
}
