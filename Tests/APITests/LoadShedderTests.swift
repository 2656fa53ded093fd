import Notifications
import Testing

@testable import API

struct LoadShedderTests {
    @Test(arguments: [
        (0, LoadShedder.Load.calm), (199, .calm), (200, .busy), (299, .busy), (300, .strained), (399, .strained),
        (400, .overwhelmed), (60_000, .overwhelmed),
    ])
    func loadRisesWithTheWait(milliseconds: Int, expected: LoadShedder.Load) {
        #expect(LoadShedder(wait: .milliseconds(milliseconds), share: 0).load == expected)
    }

    @Test(arguments: [
        (0, LoadShedder.Load.calm), (0.49, .calm), (0.5, .busy), (0.75, .strained), (0.9, .overwhelmed),
        (1.3, .overwhelmed),
    ])
    func loadRisesWithWhatTheWriterHolds(share: Double, expected: LoadShedder.Load) {
        #expect(LoadShedder(wait: .zero, share: share).load == expected)
    }

    @Test func theWorseOfTheTwoCounts() {
        #expect(LoadShedder(wait: .milliseconds(300), share: 0.5).load == .strained)
        #expect(LoadShedder(wait: .milliseconds(200), share: 0.9).load == .overwhelmed)
    }

    /// By wait: who is still let in, one recipient at a time and in lists.
    @Test(arguments: [
        (0, Priority.allCases, Priority.allCases), (200, [.critical, .high, .medium], [.critical]),
        (300, [.critical, .high], [.critical]), (400, [.critical], [.critical]),
    ])
    func theLeastUrgentAreSentAwayFirst(milliseconds: Int, single: [Priority], lists: [Priority]) {
        let shedder = LoadShedder(wait: .milliseconds(milliseconds), share: 0)
        #expect(Priority.allCases.filter { !shedder.sheds($0, isList: false) } == single)
        #expect(Priority.allCases.filter { !shedder.sheds($0, isList: true) } == lists)
    }
}

struct UnderWayTests {
    private static let start = ContinuousClock.now

    private static func at(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }

    /// What is under way when so many began at these milliseconds and it is 1,000 now.
    @Test(
        arguments: [
            ([], 0), ([0], 0), ([0, 0], 0), ([0, 800, 900], 200), ([0, 700, 800, 900], 200),
            ([0, 600, 700, 800, 900], 300), ([400, 500, 600, 700, 800, 900], 300),
        ] as [([Int], Int)])
    func halfOfAllHaveWaitedSoLong(begun: [Int], expected: Int) {
        var underWay = UnderWay(crowd: 3)
        for milliseconds in begun { underWay.begin(at: Self.at(milliseconds)) }
        #expect(underWay.wait(at: Self.at(1000)) == .milliseconds(expected))
    }

    @Test func whatEndsCountsNoMoreWhateverTheOrder() {
        var underWay = UnderWay(crowd: 1)
        for milliseconds in [0, 0, 100, 200, 300] { underWay.begin(at: Self.at(milliseconds)) }
        for milliseconds in [100, 0, 300] { underWay.end(Self.at(milliseconds)) }
        #expect(underWay.count == 2)
        #expect(underWay.wait(at: Self.at(1000)) == .milliseconds(800))
        underWay.end(Self.at(150))
        #expect(underWay.count == 2)
        for milliseconds in [200, 0] { underWay.end(Self.at(milliseconds)) }
        #expect(underWay.count == 0)
    }

    @Test func oneThatHangsIsNoOverload() {
        var underWay = UnderWay(crowd: 2)
        underWay.begin(at: Self.at(0))
        for step in 0..<100 {
            let now = Self.at(1000 + step)
            underWay.begin(at: now)
            #expect(underWay.wait(at: now) == .zero)
            underWay.end(now)
        }
    }
}

struct ByteBudgetTests {
    private struct Full: Error {}

    private func fits(_ bytes: Int, in budget: ByteBudget) async -> Bool {
        (try? await budget.spend(bytes) {}) != nil
    }

    @Test func bodiesHaveRoomTogetherUntilTheyAreDone() async throws {
        let budget = ByteBudget(limit: 100)
        try await budget.spend(60) {
            #expect(await fits(40, in: budget))
            #expect(await !fits(41, in: budget))
        }
        #expect(await fits(100, in: budget))
    }

    @Test func largeBodiesLeaveAPartToSmallOnes() async throws {
        let budget = ByteBudget(limit: 400_000)
        #expect(await !fits(300_001, in: budget))
        try await budget.spend(300_000) {
            #expect(await !fits(70_000, in: budget))
            #expect(await fits(60_000, in: budget))
        }
    }

    @Test func failureGivesItsRoomBack() async {
        let budget = ByteBudget(limit: 100)
        await #expect(throws: Full.self) { try await budget.spend(100) { throw Full() } }
        #expect(await fits(100, in: budget))
    }
}
