import Notifications

/// Stands where a simulator was not given: sends nothing.
struct NoSimulator: Provider {
    let name = "simulator"

    func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome { .rejected(.noProvider) }
}
