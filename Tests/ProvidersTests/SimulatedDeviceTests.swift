import Foundation
import Notifications
import Testing

@testable import Providers

@Suite struct SimulatedDeviceTests {
    private func device(_ token: String?, installationId: String? = nil) -> Target {
        let device = Device(id: "d", route: .fcm, token: token, installationId: installationId)
        return Target(id: "d", address: .device(device))
    }

    @Test(
        arguments: [
            ("dead-1", [.dead]), ("slow-throttled-1", [.slow, .throttled]), ("flaky-", [.flaky]), ("dead", nil),
            ("phone-dead-1", nil), ("Dead-1", nil), ("", nil),
        ] as [(String, Set<SimulatedDevice.Word>?)])
    func firstWordsOfATokenCount(token: String, words: Set<SimulatedDevice.Word>?) {
        #expect(SimulatedDevice(device(token))?.words == words)
        #expect(SimulatedDevice(device(nil, installationId: token))?.words == words)
    }

    @Test func onlyDevicesAreSpecial() {
        #expect(SimulatedDevice(Target(id: "email", address: .email("dead-1@example.com"))) == nil)
        #expect(SimulatedDevice(device(nil)) == nil)
    }

    @Test(
        arguments: [
            ("dead-1", 1, 0, .invalidRecipient), ("flaky-1", 1, 0, .retry), ("flaky-1", 2, 0, .accept),
            ("throttled-1", 1, 19.9, .throttle), ("throttled-1", 1, 20, .accept),
            ("throttled-dead-1", 1, 0, .invalidRecipient),
        ] as [(String, Int, TimeInterval, SimulatorPlan.Answer)])
    func wordSaysWhatIsAnswered(token: String, number: Int, age: TimeInterval, answer: SimulatorPlan.Answer) throws {
        var configuration = SimulatorConfiguration()
        configuration.rejectRate = 1
        var plan = SimulatorPlan(configuration, idempotencyKey: "key", number: number)
        try #require(SimulatedDevice(device(token)))
            .change(&plan, number: number, age: age, retryAfter: .seconds(10))
        #expect(plan.answer == answer)
        #expect(plan.latency == .zero)
    }

    @Test func slowDeviceTakesLonger() async throws {
        let clock = RecordingClock()
        let provider = try SimulatorProvider(
            configuration: SimulatorConfiguration(parsing: "latency=20ms"), clock: clock)
        let outcome = await provider.deliver(.test(route: .fcm, target: device("slow-dead-1")))
        #expect(outcome.name == "invalidRecipient")
        #expect(clock.sleeps == [.milliseconds(5020)])
    }
}
