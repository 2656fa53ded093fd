import NIOCore
import Testing

@testable import Redis

/// Every state of the queue meets every event. A waiter is a name; times are seconds.
@Suite struct CommandQueueTests {
    enum Start: String, CaseIterable {
        /// `a` waits for two replies until 10, `b` for one until 20.
        case empty, unsent, sent, half, mixed, closed
    }

    enum Event: String, CaseIterable {
        case enqueue, write, receiveOne, receiveTwo, ringEarly, ringLate, lose, expire, spoil
    }

    private static let expected: [Start: [Event: String]] = [
        .empty: [
            .enqueue: "flush alarm 5", .write: "0 commands", .receiveOne: "out of step", .receiveTwo: "out of step",
            .ringEarly: "off", .ringLate: "off", .lose: "", .expire: "", .spoil: "",
        ],
        .unsent: [
            .enqueue: "alarm 5", .write: "3 commands", .receiveOne: "out of step", .receiveTwo: "out of step",
            .ringEarly: "off", .ringLate: "passed", .lose: "a lost unsent, b lost unsent",
            .expire: "a late unsent, b lost unsent", .spoil: "a lost unsent, b lost unsent",
        ],
        .sent: [
            .enqueue: "flush alarm 5", .write: "0 commands", .receiveOne: "", .receiveTwo: "a=0,1",
            .ringEarly: "off", .ringLate: "passed", .lose: "a lost sent, b lost sent",
            .expire: "a late sent, b lost sent", .spoil: "a garbage, b garbage",
        ],
        .half: [
            .enqueue: "flush alarm 5", .write: "0 commands", .receiveOne: "a=9,0", .receiveTwo: "a=9,0 b=1",
            .ringEarly: "off", .ringLate: "passed", .lose: "a lost sent, b lost sent",
            .expire: "a late sent, b lost sent", .spoil: "a garbage, b garbage",
        ],
        .mixed: [
            .enqueue: "alarm 5", .write: "1 commands", .receiveOne: "", .receiveTwo: "a=0,1",
            .ringEarly: "off", .ringLate: "passed", .lose: "a lost sent, b lost unsent",
            .expire: "a late sent, b lost unsent", .spoil: "a garbage, b lost unsent",
        ],
        .closed: [
            .enqueue: "refused", .write: "0 commands", .receiveOne: "out of step", .receiveTwo: "out of step",
            .ringEarly: "off", .ringLate: "off", .lose: "", .expire: "", .spoil: "",
        ],
    ]

    @Test(arguments: Start.allCases, Event.allCases)
    func meets(_ start: Start, _ event: Event) {
        var queue = queue(in: start)
        #expect(apply(event, to: &queue) == Self.expected[start]?[event])
    }

    @Test func refusesWhatExceedsItsLimitUntilRepliesCome() {
        var queue = CommandQueue<String>(limit: 3)
        #expect(queue.enqueue(commands(2), deadline: at(9), waiter: "a") == .accepted(flush: true, alarm: at(9)))
        #expect(queue.enqueue(commands(2), deadline: at(9), waiter: "b") == .refused(.overloaded))
        #expect(queue.enqueue(commands(1), deadline: at(9), waiter: "c") == .accepted(flush: false, alarm: nil))
        _ = queue.takeOutgoing()
        _ = queue.receive([.integer(0)])
        #expect(queue.enqueue(commands(1), deadline: at(9), waiter: "d") == .accepted(flush: true, alarm: nil))
    }

    @Test func alarmMovesOnToTheNextDeadline() {
        var queue = queue(in: .sent)
        _ = queue.receive([.integer(0), .integer(1)])
        #expect(queue.alarmRang(at: at(10)) == .set(at(20)))
        #expect(queue.alarmRang(at: at(10)) == .off, "an overtaken alarm starts no second chain")
        #expect(queue.alarmRang(at: at(20)) == .deadlinePassed)
    }

    @Test func firstCauseOfTheEndIsKept() {
        var queue = queue(in: .sent)
        _ = queue.close(.garbage)
        _ = queue.close(.lost)
        #expect(queue.closed == .garbage)
    }
}

extension CommandQueueTests {
    private func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

    private func commands(_ count: Int) -> [RedisCommand] { Array(repeating: RedisCommand("C"), count: count) }

    private func queue(in start: Start) -> CommandQueue<String> {
        var queue = CommandQueue<String>(limit: 100)
        if start == .empty { return queue }
        _ = queue.enqueue(commands(2), deadline: at(10), waiter: "a")
        if start == .mixed { _ = queue.takeOutgoing() }
        _ = queue.enqueue(commands(1), deadline: at(20), waiter: "b")
        if start == .sent || start == .half { _ = queue.takeOutgoing() }
        if start == .half { _ = queue.receive([.integer(9)]) }
        if start == .closed { _ = queue.close(.lost) }
        return queue
    }

    private func apply(_ event: Event, to queue: inout CommandQueue<String>) -> String {
        switch event {
        case .enqueue:
            switch queue.enqueue(commands(1), deadline: at(5), waiter: "c") {
            case .refused: return "refused"
            case .accepted(let flush, let alarm):
                return (flush ? "flush " : "") + (alarm.map { "alarm \($0.uptimeNanoseconds / 1_000_000_000)" } ?? "")
            }
        case .write: return "\(queue.takeOutgoing().readableBytes / "*1\r\n$1\r\nC\r\n".utf8.count) commands"
        case .receiveOne: return describe(queue.receive([.integer(0)]))
        case .receiveTwo: return describe(queue.receive([.integer(0), .integer(1)]))
        case .ringEarly: return describe(queue.alarmRang(at: at(9)))
        case .ringLate: return describe(queue.alarmRang(at: at(10)))
        case .lose: return describe(queue.close(.lost))
        case .expire: return describe(queue.close(.deadline(at(10))))
        case .spoil: return describe(queue.close(.garbage))
        }
    }

    private func describe(_ received: CommandQueue<String>.Received) -> String {
        let completed = received.completed.map { waiter, replies in
            "\(waiter)=" + replies.compactMap(\.int).map(String.init).joined(separator: ",")
        }
        return (completed + (received.isInStep ? [] : ["out of step"])).joined(separator: " ")
    }

    private func describe(_ alarm: CommandQueue<String>.Alarm) -> String {
        switch alarm {
        case .off: "off"
        case .set: "set"
        case .deadlinePassed: "passed"
        }
    }

    private func describe(_ failed: [(waiter: String, error: RedisError)]) -> String {
        failed.map { waiter, error in
            switch error {
            case .timedOut(let sent): "\(waiter) late \(sent ? "sent" : "unsent")"
            case .connectionLost(let sent): "\(waiter) lost \(sent ? "sent" : "unsent")"
            default: "\(waiter) garbage"
            }
        }.joined(separator: ", ")
    }
}
