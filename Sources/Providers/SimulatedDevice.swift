import Foundation
import Notifications

/// A device whose token says how the simulator is to treat it, whatever its rates are: by words before the first other
/// one, joined by `-`, as in `dead-1` or `slow-flaky-phone`.
///
/// | word | what becomes of it |
/// |---|---|
/// | `dead` | the token is no longer good |
/// | `throttled` | told to slow down until two `retryAfter`s have passed since the notification was accepted |
/// | `flaky` | every odd attempt is to be tried again |
/// | `slow` | answers after five seconds more |
struct SimulatedDevice: Sendable, Hashable {
    enum Word: String, Sendable { case dead, throttled, flaky, slow }

    static let slowness: Duration = .seconds(5)

    let words: Set<Word>

    /// Nil for a target that is not special.
    init?(_ target: Target) {
        guard case .device(let device) = target.address, let token = device.token ?? device.installationId else {
            return nil
        }
        var (words, rest): (Set<Word>, Substring) = ([], token[...])
        while let end = rest.firstIndex(of: "-"), let word = Word(rawValue: String(rest[..<end])) {
            words.insert(word)
            rest = rest[rest.index(after: end)...]
        }
        if words.isEmpty { return nil }
        self.words = words
    }

    /// - Parameter age: how long ago the notification was accepted.
    func change(_ plan: inout SimulatorPlan, number: Int, age: TimeInterval, retryAfter: Duration) {
        if words.contains(.slow) { plan.latency += SimulatedDevice.slowness }
        if words.contains(.flaky) { plan.answer = number.isMultiple(of: 2) ? .accept : .retry }
        if words.contains(.throttled) { plan.answer = age < 2 * retryAfter.timeInterval ? .throttle : .accept }
        if words.contains(.dead) { plan.answer = .invalidRecipient }
    }
}
