import Notifications

/// What the answer of the WhatsApp Cloud API means for a delivery: its `code` decides, whatever the status.
enum WhatsAppVerdict {
    /// - Parameter number: of the attempt, from 1.
    static func outcome(of answer: ProviderAnswer, number: Int) -> DeliveryOutcome? {
        if answer.isSuccess { return answer.accepted(id: answer.json?["messages"]?.array?.first?["id"]?.string) }
        guard let code = answer.json?["error"]?["code"]?.int else { return nil }
        switch code {
        // Too much for this recipient alone: the others must not wait for it.
        case 131056: return answer.outcome(.retry, code: "\(code)", asked: .seconds(1 << (2 * min(number, 5))))
        case 200...299: return answer.outcome(.authentication, code: "\(code)")
        default:
            if let meaning = meanings[code] { return answer.outcome(meaning, code: "\(code)") }
            return answer.status >= 500 ? answer.outcome(.retry, code: "serverError") : nil
        }
    }

    private static let meanings = [Int: ProviderAnswer.Meaning](byMeaning: [
        // The token, the account, the number.
        .authentication: [0, 190, 3, 10, 33, 368, 130497, 131031, 131037, 131042, 131045, 133010],
        .retry: [1, 2, 131000, 131016, 133004],
        .throttled: [4, 80007, 130429, 131048, 133016],
        // Not on WhatsApp; ourselves; not on the list of a test number.
        .invalidRecipient: [131026, 131021, 131030],
        .rejected: [
            // Meta chose not to send it now, and asks for a day's patience, which is longer than we retry.
            131049,
            // Wants no marketing; part of an experiment; needs a template.
            131050, 130472, 131047,
            100, 131008, 131009, 131051, 131052, 131053, 132000, 132001, 132005, 132007, 132012, 132015, 132016,
            132068, 132069, 135000,
        ],
    ])
}
