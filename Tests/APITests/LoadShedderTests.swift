import Documents
import Notifications
import Testing

@testable import API

struct LoadShedderTests {
    private static let start = ContinuousClock.now

    private static func pressure(wait milliseconds: Int = 0, waiting: Int = 0) -> WriterPressure {
        WriterPressure(waiting: waiting, capacity: 100, oldestWait: .milliseconds(milliseconds))
    }

    /// The load after a pressure was seen in an idle process.
    private func load(_ pressure: WriterPressure) -> LoadShedder.Load {
        var shedder = LoadShedder(at: Self.start)
        shedder.update(pressure, at: Self.start)
        return shedder.load
    }

    @Test(arguments: [
        (249, LoadShedder.Load.calm), (250, .busy), (499, .busy), (500, .strained), (999, .strained),
        (1000, .overwhelmed), (60_000, .overwhelmed),
    ])
    func loadRisesWithTheWait(milliseconds: Int, expected: LoadShedder.Load) {
        #expect(load(Self.pressure(wait: milliseconds)) == expected)
    }

    @Test(arguments: [
        (0, LoadShedder.Load.calm), (49, .calm), (50, .busy), (75, .strained), (90, .overwhelmed),
        (130, .overwhelmed),
    ])
    func loadRisesWithWhatWaits(waiting: Int, expected: LoadShedder.Load) {
        #expect(load(Self.pressure(waiting: waiting)) == expected)
    }

    /// By load: who is still let in, one recipient at a time and in lists.
    @Test(arguments: [
        (0, Priority.allCases, Priority.allCases), (50, [.critical, .high, .medium], [.critical]),
        (75, [.critical, .high], [.critical]), (90, [.critical], [.critical]),
    ])
    func theLeastUrgentAreSentAwayFirst(waiting: Int, single: [Priority], lists: [Priority]) {
        var shedder = LoadShedder(at: Self.start)
        shedder.update(Self.pressure(waiting: waiting), at: Self.start)
        #expect(Priority.allCases.filter { !shedder.sheds($0, isList: false) } == single)
        #expect(Priority.allCases.filter { !shedder.sheds($0, isList: true) } == lists)
    }

    @Test func loadFallsOnlyOnceThePressureHasHalvedForAWhileAndStepByStep() {
        var shedder = LoadShedder(at: Self.start)
        let history: [(milliseconds: Int, wait: Int, expected: LoadShedder.Load)] = [
            (0, 1000, .overwhelmed), (400, 900, .overwhelmed), (1000, 500, .overwhelmed), (1100, 499, .overwhelmed),
            (1400, 600, .overwhelmed), (1500, 0, .overwhelmed), (1899, 0, .overwhelmed), (1900, 0, .strained),
            (2399, 0, .strained), (2400, 0, .busy), (2900, 0, .calm), (2901, 250, .busy), (2902, 249, .busy),
            (10_000, 0, .calm),
        ]
        for (milliseconds, wait, expected) in history {
            shedder.update(Self.pressure(wait: wait), at: Self.start + .milliseconds(milliseconds))
            #expect(shedder.load == expected, "at \(milliseconds) ms")
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
