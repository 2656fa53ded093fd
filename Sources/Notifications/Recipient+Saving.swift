/// Keeping what a request says of a user as the user's own.
extension Recipient {
    /// Reads `save`, noting why there is nothing to save.
    mutating func readSave(_ fields: Fields) {
        isSaved = fields.bool("save") ?? false
        guard isSaved else { return }
        if userId == nil { fields.note("save", .invalid, "needs a userId") }
        if !devices.isEmpty { fields.note("devices", .invalid, "are not saved with a notification") }
        if profile.members.isEmpty { fields.note("save", .invalid, "needs something to save") }
    }

    /// What is kept of it in one piece: all but the id and the devices, which are kept apart.
    public var profile: JSONObject {
        var profile = self
        profile.userId = nil
        profile.devices = []
        return profile.json.object ?? JSONObject()
    }
}
