import Mail
import Notifications
import Outbound
import SettingsReading

extension Settings {
    static func timing(_ reader: inout SettingsReader) -> DeliveryTiming {
        let range: ClosedRange<Duration> = .milliseconds(100)...(.seconds(3600))
        let timing = DeliveryTiming(
            callDeadline: reader.duration(
                "BELFRY_CALL_DEADLINE", range, default: "15s", "The longest a provider call may take."),
            permit: reader.duration(
                "BELFRY_PERMIT", range, default: "25s",
                "How long the right to send is good; longer than the call deadline."),
            lease: reader.duration(
                "BELFRY_LEASE", range, default: "30s",
                "After which a dead worker's deliveries are taken up by others; at least the permit."),
            grace: reader.duration(
                "BELFRY_PERMIT_GRACE", .zero...(.seconds(60)), default: "5s",
                "How long after its end a permit counts as alive."))
        if let problem = timing.problem {
            reader.note("BELFRY_CALL_DEADLINE, BELFRY_PERMIT, BELFRY_LEASE: \(problem)")
        }
        return timing
    }

    static func retryPolicy(_ reader: inout SettingsReader) -> RetryPolicy {
        RetryPolicy(
            base: reader.duration(
                "BELFRY_RETRY_BASE", .milliseconds(1)...(.seconds(3600)), default: "5s",
                "The longest wait after the first attempt; four times as long after each further one."),
            cap: reader.duration(
                "BELFRY_RETRY_CAP", .milliseconds(1)...(.seconds(86400)), default: "15m",
                "The longest wait between attempts."),
            maximumAttempts: reader.int(
                "BELFRY_MAX_ATTEMPTS", 1...100, default: 5, "Attempts at a delivery before it is a dead letter."))
    }

    static func circuits(_ reader: inout SettingsReader) -> CircuitPolicy {
        CircuitPolicy(
            failurePercent: reader.int(
                "BELFRY_CIRCUIT_PERCENT", 1...100, default: 50,
                "Of a provider's calls of late; when as many fail, the others of its routes take over."),
            minimumVolume: reader.int(
                "BELFRY_CIRCUIT_VOLUME", 1...100_000, default: 10, "Calls of late without which that is not said."),
            coolDown: reader.duration(
                "BELFRY_CIRCUIT_COOLDOWN", .milliseconds(100)...(.seconds(900)), default: "5s",
                "Until a provider is tried again; twice as long each time that it fails then, to a minute."))
    }

    /// `email=simulator push.fcm=simulator webhook=webhook`: a channel's name stands for all its routes.
    static func assignments(_ reader: inout SettingsReader) -> [Route: [String]] {
        let fallback = "inApp=inApp"
        return reader.parsed(
            "BELFRY_PROVIDERS", form: "<route or channel>=<provider>[,<provider>…] …", fallback: fallback,
            "Which provider serves which route, first choice first.", default: [.inApp: ["inApp"]]
        ) { text in
            var assignments: [Route: [String]] = [:]
            for word in text.split(separator: " ") {
                let parts = word.split(separator: "=", maxSplits: 1).map { String($0) }
                guard parts.count == 2 else { return nil }
                let routes = Route.named(parts[0])
                if routes.isEmpty { throw SettingsProblem("\(parts[0]) is neither a route nor a channel") }
                for route in routes { assignments[route] = parts[1].split(separator: ",").map { String($0) } }
            }
            return assignments
        }
    }

    /// Nil unless there are secrets to seal links with.
    static func unsubscribeLinks(_ reader: inout SettingsReader, publicURL: String?) -> UnsubscribeLinks? {
        reader.parsed(
            "BELFRY_LINK_SECRETS", form: "base64[,base64]", fallback: "none",
            "What links in e-mails are sealed with, the newest first; marketing then offers one to unsubscribe by.",
            isSecret: true, default: nil
        ) { text in
            guard let publicURL else { throw SettingsProblem("links need a BELFRY_PUBLIC_URL to lead to") }
            return try UnsubscribeLinks(publicURL: publicURL, secrets: text.split(separator: ",").map { String($0) })
        }
    }

    static func outbound(_ reader: inout SettingsReader) -> OutboundConfiguration {
        var outbound = OutboundConfiguration()
        outbound.allowed = reader.parsed(
            "BELFRY_OUTBOUND_ALLOW", form: "host[:port] or range, separated by commas", fallback: "none",
            "Hosts that may be called though they are not public, and without https. For development.",
            default: .empty
        ) { try AllowList(parsing: $0.split(separator: ",").map { String($0) }) }
        outbound.certificateAuthorities = reader.parsed(
            "BELFRY_OUTBOUND_CA_FILE", form: "a PEM file", fallback: "none",
            "Authorities that are trusted beside the system's wherever Belfry calls out over https.", default: nil
        ) { path in
            guard OutboundConfiguration.isCertificateFile(path) else { return nil }
            return path
        }
        return outbound
    }
}
