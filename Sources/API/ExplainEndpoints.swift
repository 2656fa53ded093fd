import Documents
import Hummingbird
import Notifications

/// Tells what would become of a request to notify. Nothing is written, sent or counted.
struct ExplainEndpoints: Sendable {
    let bodies: BodyReader
    let intake: Intake
    let meter: RecipientMeter
    let suppressions: SuppressionStore
    let outlook: RouteOutlook
    let limiter: RateLimiter
    let clock: ServerClock

    var all: [Endpoint] { [Endpoint(.post, "/v1/notifications/explain", .send, use: explain)] }

    private func explain(_ call: Call) async throws -> Response {
        let (object, bytes) = try await bodies.object(of: call.request)
        let now = clock.now
        let draft = try intake.draft(object, bodyBytes: bytes.count, isTest: call.caller.isTest, at: now)
        if draft.topic != nil { throw Problem.invalid("to", .wrongType, "must name recipients, not a topic") }
        limiter.charge(call.caller, recipients: draft.to.count)
        let background = try await intake.background(of: [draft], tenant: call.tenant)
        var budget = intake.freshBudget
        let planned = try await intake.plans(draft, background, tenant: call.tenant, at: now, within: &budget)
        let foreseen = planned.charges.isEmpty ? [] : try await meter.look(planned.charges, at: now)
        let plans = planned.settled(by: foreseen, at: now, place: draft.place)
        let suppressed = try await suppressed(draft, background, tenant: call.tenant)
        let routes = Set(plans.notifications.flatMap { $0.deliveries.map(\.route) })
        let explanation = Explanation(
            draft: draft, plans: plans, suppressed: suppressed, forecasts: try await outlook.forecasts(of: routes))
        return Response(json: explanation.json)
    }

    /// Why nothing is sent to the address of a recipient, by its place in the request and the channel.
    private func suppressed(
        _ draft: NotificationDraft, _ background: Intake.Background, tenant: String
    ) async throws -> [Explanation.Place: Suppression.Reason] {
        let addresses = draft.to.enumerated().flatMap { index, recipient in
            background.resolved(recipient).suppressibleAddresses.map { channel, address in
                (place: Explanation.Place(index: index, channel: channel), address: address)
            }
        }
        if addresses.isEmpty { return [:] }
        let reasons = try await suppressions.reasons(
            against: addresses.map { ($0.place.channel, $0.address) }, type: draft.type, tenant: tenant)
        return Dictionary(uniqueKeysWithValues: reasons.map { (addresses[$0.key].place, $0.value) })
    }
}

extension Recipient {
    fileprivate var suppressibleAddresses: [(NotificationChannel, String)] {
        [(NotificationChannel.email, email), (.sms, phone), (.webhook, webhookUrl)].compactMap { channel, address in
            address.map { (channel, $0) }
        }
    }
}
