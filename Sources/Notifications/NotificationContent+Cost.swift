extension NotificationContent {
    /// Tokens that a delivery draws from its provider's limits: one for each address, and with SMS for each segment.
    public func cost(on route: Route, addresses: Int) -> Int {
        guard route == .sms else { return addresses }
        let own = overrides[.sms]
        let text = own?["body"]?.string ?? body ?? own?["title"]?.string ?? title ?? ""
        return addresses * SMSText(text).segments.count
    }
}
