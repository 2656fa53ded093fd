import NIOCore
import Testing

@testable import API

struct ConnectionClockTests {
    /// Head 10 s, body 20 s, idle 30 s, drain 1 s, closing 2 s; times are seconds since the connection was made.
    private static let limits = ConnectionClock.Limits(
        head: .seconds(10), body: .seconds(20), idle: .seconds(30), drain: .seconds(1), closing: .seconds(2))

    enum Step {
        case partialHead, head, lastHead, requestEnd, answer, closingAnswer, sent, drain, expire
    }

    struct History: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Each with its second.
        var steps: [(Int64, Step)]
        /// The second until which the peer must have gone on.
        var deadline: Int64?
        var isClosing = false
    }

    private static func history(
        _ name: String, _ steps: [(Int64, Step)], until deadline: Int64?, isClosing: Bool = false
    ) -> History {
        History(testDescription: name, steps: steps, deadline: deadline, isClosing: isClosing)
    }

    static let histories = [
        history("silent since it came", [], until: 30),
        history("a head begins", [(5, .partialHead)], until: 15),
        history("a head that drips is not given more time", [(5, .partialHead), (9, .partialHead)], until: 15),
        history("a body comes", [(5, .partialHead), (6, .head)], until: 26),
        history("an answer is owed", [(5, .head), (5, .requestEnd)], until: nil),
        history("idle after an answer", [(5, .head), (5, .requestEnd), (7, .answer)], until: 37),
        history("answered while the body still comes", [(5, .head), (6, .answer)], until: 25),
        history("next head begins early", [(5, .head), (5, .requestEnd), (6, .partialHead)], until: nil),
        history(
            "next head began before the answer", [(5, .head), (5, .requestEnd), (6, .partialHead), (9, .answer)],
            until: 19),
        history(
            "one of two answered", [(1, .head), (1, .requestEnd), (1, .head), (1, .requestEnd), (2, .answer)],
            until: nil),
        history("last request answered", [(1, .lastHead), (1, .requestEnd), (2, .answer)], until: 32, isClosing: true),
        history(
            "last answer sent", [(1, .lastHead), (1, .requestEnd), (2, .answer), (9, .sent)], until: 11, isClosing: true
        ),
        history("last answer before the body's end", [(1, .lastHead), (2, .answer)], until: 32, isClosing: true),
        history(
            "an answer that closes", [(1, .head), (1, .requestEnd), (2, .closingAnswer)], until: 32, isClosing: true),
        history("refused by the parser", [(1, .partialHead), (2, .closingAnswer)], until: 32, isClosing: true),
        history("body overdue", [(1, .head), (21, .expire)], until: nil),
        history("body overdue and answered", [(1, .head), (21, .expire), (22, .answer)], until: 52, isClosing: true),
        history("draining while idle", [(5, .drain)], until: 6),
        history("draining while an answer is owed", [(1, .head), (1, .requestEnd), (5, .drain)], until: nil),
        history(
            "one more request while draining", [(5, .drain), (5, .head), (5, .requestEnd), (6, .answer)], until: 36,
            isClosing: true),
        history(
            "told to drain twice", [(5, .drain), (6, .drain)], until: 6),
    ]

    @Test(arguments: histories)
    func deadlineFollowsFromWhatHappened(history: History) {
        var clock = ConnectionClock(limits: Self.limits, at: .uptimeNanoseconds(0))
        for (second, step) in history.steps {
            let now = NIODeadline.uptimeNanoseconds(0) + .seconds(second)
            switch step {
            case .partialHead: clock.partialHeadRead(at: now)
            case .head: clock.headRead(at: now, keepsAlive: true)
            case .lastHead: clock.headRead(at: now, keepsAlive: false)
            case .requestEnd: clock.requestEnded()
            case .answer:
                _ = clock.answering(saysClose: false)
                _ = clock.answered(at: now)
            case .closingAnswer:
                let (saysClose, closes) = (clock.answering(saysClose: true), clock.answered(at: now))
                #expect(saysClose && closes)
            case .sent: clock.lastAnswerSent(at: now)
            case .drain: clock.drain(at: now)
            case .expire: _ = clock.expire(at: now)
            }
        }
        #expect(clock.deadline == history.deadline.map { .uptimeNanoseconds(0) + .seconds($0) })
        #expect(clock.isClosing == history.isClosing)
    }

    @Test func onlyABodySomebodyWaitsForIsFailedAndAllElseIsClosed() {
        let start = NIODeadline.uptimeNanoseconds(0)
        var idle = ConnectionClock(limits: Self.limits, at: start)
        let idleEnds = [29, 60].map { idle.expire(at: start + .seconds($0)) }
        #expect(idleEnds == [.nothing, .close])
        var reading = ConnectionClock(limits: Self.limits, at: start)
        reading.headRead(at: start, keepsAlive: true)
        let readingEnds = [60, 61].map { reading.expire(at: start + .seconds($0)) }
        #expect(readingEnds == [.failBody, .nothing])
        var unread = ConnectionClock(limits: Self.limits, at: start)
        unread.headRead(at: start, keepsAlive: true)
        let isLast = unread.answered(at: start)
        let unreadEnd = unread.expire(at: start + .seconds(60))
        #expect(!isLast && unreadEnd == .close)
    }

    @Test func whileDrainingOnlyTheLastAnswerSaysThatItIs() {
        let start = NIODeadline.uptimeNanoseconds(0)
        var clock = ConnectionClock(limits: Self.limits, at: start)
        clock.headRead(at: start, keepsAlive: true)
        clock.headRead(at: start, keepsAlive: true)
        clock.drain(at: start)
        var says: [Bool] = []
        for _ in 0..<2 {
            says.append(clock.answering(saysClose: false))
            says.append(clock.answered(at: start))
        }
        #expect(says == [false, false, true, true])
    }
}
