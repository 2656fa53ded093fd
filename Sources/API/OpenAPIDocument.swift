public import Notifications

/// What the API takes and answers, in OpenAPI 3.1: for people, for tools that make clients, and for our own tests.
///
/// The files of the folder `OpenAPI` say it a subject at a time; what holds for all operations alike is added here.
public enum OpenAPIDocument {
    /// The whole document.
    public static let json: JSON = {
        var builder = OpenAPIBuilder()
        for part in parts { builder.add(part) }
        return .object(builder.document)
    }()

    static let text: [UInt8] = json.utf8

    /// In the order in which they are shown; the first one is the frame of the rest.
    static let parts: [JSONObject] = [
        PackageResources.common_json,
        PackageResources.notifications_json,
        PackageResources.topics_json,
        PackageResources.templates_json,
        PackageResources.users_json,
        PackageResources.preferences_json,
        PackageResources.inbox_json,
        PackageResources.events_json,
        PackageResources.stats_json,
        PackageResources.suppressions_json,
        PackageResources.deadLetters_json,
        PackageResources.queues_json,
        PackageResources.providers_json,
        PackageResources.receipts_json,
        PackageResources.webhooks_json,
        PackageResources.keys_json,
        PackageResources.operations_json,
    ].map { bytes in (try? JSON(parsing: bytes))?.object ?? JSONObject() }
}
