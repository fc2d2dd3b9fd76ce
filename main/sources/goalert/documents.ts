/**
 * The two GraphQL documents that are sent. A GoAlert API key is bound to the exact text of one document, so they hold one
 * operation each, and change only for a reason: every changed letter asks each team for new keys.
 */

/** A page of alerts; or, with `isOne`, the state of one. The services prove what the login may see. */
export const readDocument = `query NightdeskRead(
  $input: AlertSearchOptions!
  $services: ServiceSearchOptions!
  $id: Int!
  $isOne: Boolean!
) {
  alerts(input: $input) @skip(if: $isOne) {
    nodes {
      alertID
      status
      summary
      details
      createdAt
      service {
        id
        name
        maintenanceExpiresAt
        labels {
          key
          value
        }
      }
      recentEvents(input: { limit: 5 }) {
        nodes {
          timestamp
          message
        }
      }
      meta {
        key
        value
      }
      metrics {
        closedAt
      }
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
  services(input: $services) @skip(if: $isOne) {
    nodes {
      id
      name
    }
  }
  alert(id: $id) @include(if: $isOne) {
    alertID
    status
  }
}`;

export const writeDocument = `mutation NightdeskWrite($input: UpdateAlertsInput!) {
  updateAlerts(input: $input) {
    alertID
    status
  }
}`;

/** For a single key that may do both. */
export const bothDocuments = `${readDocument}

${writeDocument}
`;

export const operations = {
  read: { name: 'NightdeskRead', document: readDocument },
  write: { name: 'NightdeskWrite', document: writeDocument },
} as const;
export type Operation = keyof typeof operations;
