import Foundation
import Notifications
import Testing

@testable import Bench

struct PushPhaseTests {
    private let start = Date(timeIntervalSince1970: 1_700_000_000)
    private let push = UUID()
    private let ids = [UUID(), UUID()]

    private func send(
        _ token: String, id: UUID, connection: Int = 1, streams: Int = 1, from: Double, to end: Double
    ) -> PushLedger.Send {
        PushLedger.Send(
            token: token, id: id, connection: connection, streams: streams, receivedAt: start + from,
            answeredAt: start + end)
    }

    /// One push to two devices.
    private var phase: PushPhase {
        PushPhase(
            accepted: [push: start + 0.5], tokens: ["a", "b"],
            sends: [
                send("a", id: ids[0], streams: 2, from: 1, to: 1.25),
                send("b", id: ids[1], connection: 2, streams: 7, from: 1.5, to: 2),
            ],
            documents: [PushPhase.Document(id: push, isSent: true, apnsIds: ids)])
    }

    @Test func figuresAreFromTheFirstRequestToTheLastAnswer() {
        #expect(phase.sendsPerSecond == 2)
        #expect(phase.serviceMs == Percentiles(p50: 250, p95: 500, p99: 500))
        #expect(phase.lastDeviceMs == Percentiles(p50: 1500, p95: 1500, p99: 1500))
        #expect(phase.connections == 2)
        #expect(phase.mostStreams == 7)
    }

    @Test func whatWentWellIsNotCounted() {
        #expect(phase.troubles == [0, 0, 0])
    }

    @Test func deviceWithoutARequestIsLostAndItsDocumentDidNotSaySo() {
        var phase = phase
        phase.sends.removeLast()
        #expect(phase.troubles == [1, 0, 1])
    }

    @Test func secondRequestForADeviceIsADuplicate() {
        var phase = phase
        phase.sends.append(phase.sends[0])
        #expect(phase.troubles == [0, 1, 0])
    }

    @Test func documentThatSaysLessIsCounted() {
        var phase = phase
        phase.documents[0].isSent = false
        #expect(phase.unsaid == 1)
        phase.documents = []
        #expect(phase.unsaid == 1)
    }

    @Test func nothingHasNoFigures() {
        let nothing = PushPhase(accepted: [:], tokens: [], sends: [], documents: [])
        #expect(nothing.sendsPerSecond == 0 && nothing.mostStreams == 0)
        #expect(nothing.serviceMs == nil && nothing.lastDeviceMs == nil)
    }

    @Test func reportIsCleanOnlyWithoutLosses() {
        var lossy = PushFigures()
        lossy.lost = 1
        #expect(PushReport(PushBenchmark.Configuration(), runs: [PushFigures()]).isClean)
        let report = PushReport(PushBenchmark.Configuration(), runs: [PushFigures(), lossy, PushFigures()])
        #expect(!report.isClean)
        #expect(report.json["lost"] == 1)
        #expect(report.table.contains("10000 pushes to 3 devices each"))
    }
}

extension PushPhase {
    fileprivate var troubles: [Int] { [lost, duplicated, unsaid] }
}
