import Notifications
import Postgres

extension JSONB {
    init(_ json: JSON) { self.init(json.text) }

    /// What Postgres stored; it only gives back valid JSON, so null stands for nothing that can happen.
    var json: JSON { (try? JSON(parsing: text)) ?? .null }
}
