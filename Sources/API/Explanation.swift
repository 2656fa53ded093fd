import Foundation
import Notifications

/// What would become of a request, read off the plans that accepting it would have made.
struct Explanation: Sendable {
    /// What becomes of one recipient on one channel.
    enum Decision: String, Sendable, CaseIterable {
        case send, skip, reject
        case waits = "defer"
    }

    struct Place: Sendable, Hashable {
        /// Of the recipient in the request.
        var index: Int
        var channel: NotificationChannel
    }

    let draft: NotificationDraft
    let plans: [Intake.Plan]
    let suppressed: [Place: Suppression.Reason]
    let forecasts: [Route: RouteForecast]

    var json: JSON { ["recipients": .array(plans.indices.map(recipient))] }

    private func recipient(_ index: Int) -> JSON {
        var object = JSONObject([("index", JSON(index))])
        object.append("userId", draft.to[index].userId.map(JSON.string))
        switch plans[index] {
        case .accepted(let accepted):
            let channels = NotificationChannel.allCases.compactMap { channel in
                accepted.channels[channel].map { (channel.rawValue, self.channel(channel, $0, of: accepted, index)) }
            }
            object.append("channels", .object(JSONObject(channels)))
        case .rejected(let problem), .limited(let problem, _):
            object.append("decision", .string(Decision.reject.rawValue))
            object.append("error", Problem.json(problem))
        }
        return .object(object)
    }

    private func channel(
        _ channel: NotificationChannel, _ state: ChannelState, of accepted: AcceptedNotification, _ index: Int
    ) -> JSON {
        let isSkipped = state.status == .skipped
        let suppression = suppressed[Place(index: index, channel: channel)].map(DeliveryFailure.suppressed)
        let reason = isSkipped ? state.failure : suppression ?? state.failure
        let decision: Decision = isSkipped || suppression != nil ? .skip : reason == nil ? .send : .waits
        var object = JSONObject([("decision", .string(decision.rawValue))])
        object.append("reason", reason?.json)
        if decision == .skip { return .object(object) }
        object.append("at", JSON(accepted.due(on: channel)))
        object.append("unless", draft.plan?.condition(of: channel).map { .string($0.rawValue) })
        let routes = accepted.deliveries.filter { $0.route.channel == channel }.compactMap { delivery in
            forecasts[delivery.route].map { forecast in
                let isSimulated = draft.isTest && delivery.route != .inApp
                return (delivery.route.rawValue, forecast.json(cost: delivery.cost, isSimulated: isSimulated))
            }
        }
        if !routes.isEmpty { object.append("routes", .object(JSONObject(routes))) }
        return .object(object)
    }
}
