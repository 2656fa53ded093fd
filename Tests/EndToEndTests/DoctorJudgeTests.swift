import Notifications
import Testing

@testable import belfry

struct DoctorJudgeTests {
    private func complaints(_ findings: [Finding]) -> [String] {
        findings.filter { $0.level != .ok }.map { "\($0.level) \($0.check) \($0.found)" }
    }

    private func settings(
        _ timing: DeliveryTiming = DeliveryTiming(), _ assignments: [Route: [String]] = everyRoute,
        problem: String? = nil
    ) -> [Finding] {
        SettingsJudge(timing: timing, assignments: assignments, providersProblem: problem).findings
    }

    private static let everyRoute = Dictionary(uniqueKeysWithValues: Route.allCases.map { ($0, ["real"]) })

    @Test func goodSettingsArePraised() {
        #expect(settings().allSatisfy { $0.level == .ok })
        #expect(settings()[0].found == "call deadline 15s, permit 25s, lease 30s")
        #expect(settings()[1].found.hasPrefix("email=real sms=real"))
    }

    @Test func wrongSettingsAreTold() {
        #expect(
            complaints(settings(DeliveryTiming(callDeadline: .seconds(25))))
                == ["fail settings.timing call deadline 25s, permit 25s, lease 30s"])
        #expect(
            complaints(settings(DeliveryTiming(permit: .seconds(40))))
                == ["fail settings.timing call deadline 15s, permit 40s, lease 30s"])
        #expect(complaints(settings(problem: "no such provider")) == ["fail providers no such provider"])
        var assignments = Self.everyRoute
        assignments[.sms] = nil
        assignments[.expo] = []
        assignments[.email] = ["real", "simulator"]
        #expect(
            complaints(settings(DeliveryTiming(), assignments)) == [
                "warn providers.unserved sms push.expo", "warn providers.simulator email",
            ])
    }

    @Test func theMachineIsJudgedToo() {
        let good = HostJudge(
            openFiles: (1024, 10_208), neededFiles: 10_208, clockOffsets: [("postgres", 0.9), ("redis", -0.02)])
        #expect(good.findings.allSatisfy { $0.level == .ok })
        #expect(good.findings[2].found == "20 ms behind this machine")
        let bad = HostJudge(
            openFiles: (1024, 4096), neededFiles: 10_208, clockOffsets: [("postgres", 1.5), ("redis", -3600)])
        #expect(
            complaints(bad.findings) == [
                "warn host.open-files 1024, at most 4096", "warn host.clock-postgres 1500 ms ahead of this machine",
                "warn host.clock-redis 3600000 ms behind this machine",
            ])
        let unset = HostJudge(openFiles: (1024, 4096), neededFiles: nil, clockOffsets: [])
        #expect(unset.findings.isEmpty)
        #expect(HostJudge.openFileLimits().now > 0)
    }

    @Test func findingsReadAsAList() {
        let terminal = Terminal(isInteractive: false, columns: 0, rows: 0, environment: [:])
        let findings: [Finding] = [.ok("redis.version", "7.0.15"), .fail("redis.role", "replica", "Name the primary.")]
        #expect(
            DoctorCommand.lines(findings, on: terminal) == [
                "ok    redis.version  7.0.15", "fail  redis.role     replica", "      → Name the primary.", "",
                "1 ok, 0 warn, 1 fail",
            ])
        #expect(findings[1].json["advice"] == "Name the primary." && findings[0].json["advice"] == .null)
    }
}
