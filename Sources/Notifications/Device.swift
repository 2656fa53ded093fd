/// One place where a user can be reached by push.
public struct Device: Sendable, Hashable {
    /// The app's own name for the installation; unique within a user.
    public var id: String
    /// One of the push routes.
    public var route: Route
    /// The provider's token: APNs, FCM and Expo.
    public var token: String?
    /// Where a token would do, on FCM only: the Firebase installation id (`fid`).
    public var installationId: String?
    /// The browser's subscription object: Web Push.
    public var subscription: JSON?
    /// Which of the operator's apps, where there are several.
    public var app: String?
    /// APNs only: `production` or `sandbox`.
    public var environment: String?
    public var locale: String?
    /// IANA name.
    public var timezone: String?

    public init(
        id: String, route: Route, token: String? = nil, installationId: String? = nil, subscription: JSON? = nil,
        app: String? = nil, environment: String? = nil, locale: String? = nil, timezone: String? = nil
    ) {
        self.id = id
        self.route = route
        self.token = token
        self.installationId = installationId
        self.subscription = subscription
        self.app = app
        self.environment = environment
        self.locale = locale
        self.timezone = timezone
    }

    /// Reads `{"id","route","token"|"installationId"|"subscription","app"?,"environment"?,"locale"?,"timezone"?}`, noting
    /// every problem. `id` overrides the member for a request that carries it in its path.
    public init?(_ fields: Fields, id: String? = nil) {
        fields.allow([
            "id", "route", "token", "installationId", "subscription", "app", "environment", "locale", "timezone",
        ])
        let ownId = fields.string("id", maximum: 128)
        let route = fields.choice("route", among: Route.allCases.filter { $0.channel == .push }, named: \.rawValue)
        token = fields.string("token", maximum: 4096)
        installationId = fields.string("installationId", maximum: 128)
        subscription = fields.object("subscription").map(JSON.object)
        app = fields.string("app", maximum: 128)
        environment = fields.choice("environment", among: ["production", "sandbox"], named: \.self)
        locale = fields.string("locale", maximum: 35)
        timezone = fields.string("timezone", maximum: 64)
        if fields.object["route"].map(\.isNull) ?? true { fields.note("route", .missing, "is required") }
        guard let route else { return nil }
        self.id = id ?? ownId ?? ""
        self.route = route
        noteAddress(in: fields)
        if id == nil, ownId == nil {
            fields.note("id", .missing, "is required")
            return nil
        }
    }

    private func noteAddress(in fields: Fields) {
        if route == .webPush, subscription == nil {
            fields.note("subscription", .missing, "is required for push.web")
        }
        if installationId != nil, route != .fcm { fields.note("installationId", .invalid, "is of push.fcm only") }
        if installationId != nil, token != nil {
            fields.note("installationId", .conflict, "stands in place of a token")
        }
        if route != .webPush, token == nil, installationId == nil {
            fields.note("token", .missing, "is required for \(route.rawValue)")
        }
    }

    /// What names its installation, wherever it is registered.
    public var address: JSON {
        token.map(JSON.string) ?? installationId.map(JSON.string) ?? subscription?["endpoint"] ?? .null
    }

    public var json: JSON {
        var object = JSONObject([("id", .string(id)), ("route", .string(route.rawValue))])
        object.append("token", token.map(JSON.string))
        object.append("installationId", installationId.map(JSON.string))
        object.append("subscription", subscription)
        object.append("app", app.map(JSON.string))
        object.append("environment", environment.map(JSON.string))
        object.append("locale", locale.map(JSON.string))
        object.append("timezone", timezone.map(JSON.string))
        return .object(object)
    }
}
