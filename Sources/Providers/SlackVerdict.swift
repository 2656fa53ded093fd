import Foundation
import Notifications
import Outbound

/// What Slack's answer means for a delivery.
///
/// **Source:** Slack, `chat.postMessage`, "Errors"; "Sending messages using incoming webhooks", "Handling errors".
enum SlackVerdict {
    /// Its API answers 200 whatever happened; the body says what.
    static func ofAPI(_ answer: ProviderAnswer) -> DeliveryOutcome? {
        guard answer.isSuccess else { return nil }
        guard let isOK = answer.json?["ok"]?.bool else { return answer.outcome(.unknown, code: "malformed") }
        if isOK {
            let place = [answer.json?["channel"]?.string, answer.json?["ts"]?.string].compactMap(\.self)
            return answer.accepted(id: place.count == 2 ? place.joined(separator: ":") : nil)
        }
        guard let word = answer.json?["error"]?.string, let meaning = meanings[word] else {
            return answer.outcome(.rejected, code: "rejected")
        }
        return answer.outcome(meaning, code: word)
    }

    /// A webhook's body is a word. The webhook is the recipient's: what is wrong with it is no matter of ours.
    static func ofWebhook(_ response: OutboundResponse, at now: Date) -> DeliveryOutcome {
        let answer = ProviderAnswer(response, at: now)
        let word = answer.text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !answer.isSuccess, answer.status != 429, let meaning = webhookMeanings[word] else {
            return DeliveryOutcome(response: response, at: now)
        }
        return answer.outcome(meaning, code: word)
    }

    private static let webhookMeanings = [String: ProviderAnswer.Meaning](byMeaning: [
        .rejected: [
            "invalid_payload", "no_text", "user_not_found", "too_many_attachments", "invalid_blocks",
            "posting_to_general_channel_denied",
        ],
        .authentication: ["action_prohibited", "invalid_token"],
        .invalidRecipient: [
            "channel_not_found", "no_service", "no_service_id", "no_active_hooks", "no_team", "team_disabled",
            "channel_is_archived",
        ],
        .retry: ["rollup_error"],
    ])

    private static let meanings = [String: ProviderAnswer.Meaning](byMeaning: [
        .throttled: ["ratelimited", "rate_limited", "message_limit_exceeded"],
        .retry: [
            "internal_error", "service_unavailable", "request_timeout", "team_added_to_org", "org_login_required",
        ],
        // A part of it may have been done.
        .unknown: ["fatal_error"],
        .authentication: [
            "not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired", "no_permission",
            "missing_scope", "not_allowed_token_type", "access_denied", "accesslimited", "ekm_access_denied",
            "enterprise_is_restricted", "two_factor_setup_required", "app_access_restricted",
            "team_access_not_granted",
        ],
        .invalidRecipient: [
            "channel_not_found", "is_archived", "not_in_channel", "user_not_found", "messages_tab_disabled",
            "restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel",
            "restricted_action_non_threadable_channel", "restricted_action_thread_locked", "cannot_dm_bot",
        ],
        .rejected: [
            "invalid_blocks", "invalid_blocks_format", "no_text", "msg_too_long", "msg_blocks_too_long",
            "too_many_attachments", "attachment_payload_limit_exceeded", "markdown_text_conflict",
            "metadata_must_be_sent_from_app", "metadata_too_large", "invalid_metadata_format",
            "invalid_metadata_schema", "invalid_arguments", "invalid_arg_name", "invalid_array_arg",
            "invalid_charset", "invalid_form_data", "invalid_post_type", "missing_post_type", "invalid_json",
            "json_not_object", "cannot_reply_to_message", "send_on_behalf_not_allowed", "method_deprecated",
            "unknown_method",
        ],
    ])
}
