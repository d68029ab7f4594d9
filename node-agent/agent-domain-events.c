/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-domain-events.h"

#include <libvirt/virterror.h>

#include "agent-error.h"
#include "agent-metadata.h"
#include "muri-words.h"

/* Callbacks keep it alive as well: libvirt frees them later, on a thread of its choice. */
typedef struct
{
  gatomicrefcount references;
  AgentDomainEventFunc func;
  GWeakRef receiver;
} Receiver;

#define N_CALLBACKS 9

struct _AgentDomainEvents
{
  virConnectPtr connection;
  Receiver *receiver;
  int ids[N_CALLBACKS];
  guint n_ids;
};

static void
receiver_unref (gpointer data)
{
  Receiver *receiver = data;

  if (!g_atomic_ref_count_dec (&receiver->references))
    return;
  g_weak_ref_clear (&receiver->receiver);
  g_free (receiver);
}

static void
deliver (virDomainPtr domain, gpointer user_data, AgentDomainEvent *event)
{
  Receiver *receiver = user_data;
  g_autoptr (GObject) object = g_weak_ref_get (&receiver->receiver);

  if (object == NULL || virDomainGetUUID (domain, event->vm.b) < 0)
    return;
  event->name = virDomainGetName (domain);
  event->domain = domain;
  if (event->detail == NULL)
    event->detail = "";
  receiver->func (object, event);
}

static void
tell_started (AgentDomainEvent *event, int detail)
{
  event->kind = MURI_EVENT_VM_STARTED;
  if (detail == VIR_DOMAIN_EVENT_STARTED_BOOTED || detail == VIR_DOMAIN_EVENT_STARTED_RESTORED)
    event->depth = AGENT_READ_POWER;
  event->booted = detail != VIR_DOMAIN_EVENT_STARTED_WAKEUP;
  if (detail == VIR_DOMAIN_EVENT_STARTED_MIGRATED)
    event->detail = "migrated from another host";
  else if (detail == VIR_DOMAIN_EVENT_STARTED_RESTORED)
    event->detail = "restored from its saved state";
  else if (detail == VIR_DOMAIN_EVENT_STARTED_FROM_SNAPSHOT)
    event->detail = "from a snapshot";
}

static void
tell_suspended (AgentDomainEvent *event, int detail)
{
  event->kind = MURI_EVENT_VM_PAUSED;
  if (detail != VIR_DOMAIN_EVENT_SUSPENDED_FROM_SNAPSHOT
      && detail != VIR_DOMAIN_EVENT_SUSPENDED_RESTORED)
    event->depth = AGENT_READ_STATE;
  if (detail == VIR_DOMAIN_EVENT_SUSPENDED_IOERROR)
    {
      event->severity = MURI_SEVERITY_ERROR;
      event->detail = "its storage failed";
    }
  else if (detail == VIR_DOMAIN_EVENT_SUSPENDED_WATCHDOG)
    {
      event->severity = MURI_SEVERITY_WARNING;
      event->detail = "by its watchdog";
    }
}

static void
tell_stopped (AgentDomainEvent *event, int detail)
{
  event->kind = MURI_EVENT_VM_STOPPED;
  if (detail != VIR_DOMAIN_EVENT_STOPPED_MIGRATED
      && detail != VIR_DOMAIN_EVENT_STOPPED_FROM_SNAPSHOT)
    event->depth = AGENT_READ_POWER;
  if (detail == VIR_DOMAIN_EVENT_STOPPED_SAVED)
    event->kind = MURI_EVENT_VM_SAVED;
  else if (detail == VIR_DOMAIN_EVENT_STOPPED_CRASHED || detail == VIR_DOMAIN_EVENT_STOPPED_FAILED)
    {
      event->kind = MURI_EVENT_VM_CRASHED;
      event->severity = MURI_SEVERITY_ERROR;
    }
  else if (detail == VIR_DOMAIN_EVENT_STOPPED_MIGRATED)
    event->detail = "migrated to another host";
}

static int
on_lifecycle (virConnectPtr connection, virDomainPtr domain, int type, int detail, void *user_data)
{
  AgentDomainEvent event = { .severity = MURI_SEVERITY_INFO, .depth = AGENT_READ_ALL };

  switch (type)
    {
    case VIR_DOMAIN_EVENT_DEFINED:
      /* A new one is noticed by its reading. */
      if (detail == VIR_DOMAIN_EVENT_DEFINED_UPDATED || detail == VIR_DOMAIN_EVENT_DEFINED_RENAMED)
        event.kind = MURI_EVENT_VM_CHANGED;
      if (detail != VIR_DOMAIN_EVENT_DEFINED_FROM_SNAPSHOT)
        event.causes = AGENT_MIRROR_DEFINED;
      break;
    case VIR_DOMAIN_EVENT_STARTED:
      tell_started (&event, detail);
      break;
    case VIR_DOMAIN_EVENT_SUSPENDED:
      tell_suspended (&event, detail);
      break;
    case VIR_DOMAIN_EVENT_RESUMED:
      event.kind = MURI_EVENT_VM_RESUMED;
      if (detail != VIR_DOMAIN_EVENT_RESUMED_FROM_SNAPSHOT)
        event.depth = AGENT_READ_STATE;
      break;
    case VIR_DOMAIN_EVENT_STOPPED:
      tell_stopped (&event, detail);
      break;
    case VIR_DOMAIN_EVENT_PMSUSPENDED:
      event.kind = MURI_EVENT_VM_PAUSED;
      event.detail = "the guest sleeps";
      break;
    case VIR_DOMAIN_EVENT_CRASHED:
      event.kind = MURI_EVENT_VM_CRASHED;
      event.severity = MURI_SEVERITY_ERROR;
      break;
    default:
      break;
    }
  deliver (domain, user_data, &event);
  return 0;
}

static void
on_reboot (virConnectPtr connection, virDomainPtr domain, void *user_data)
{
  AgentDomainEvent event = { .kind = MURI_EVENT_VM_REBOOTED,
                             .depth = AGENT_READ_STATE,
                             .booted = TRUE };

  deliver (domain, user_data, &event);
}

static void
on_device_added (virConnectPtr connection, virDomainPtr domain, const char *alias, void *user_data)
{
  g_autofree char *detail = g_strdup_printf ("%s was attached", alias);
  AgentDomainEvent event = { .kind = MURI_EVENT_VM_CHANGED,
                             .depth = AGENT_READ_ALL,
                             .detail = detail };

  deliver (domain, user_data, &event);
}

static void
on_device_removed (virConnectPtr connection, virDomainPtr domain, const char *alias,
                   void *user_data)
{
  g_autofree char *detail = g_strdup_printf ("%s was detached", alias);
  AgentDomainEvent event = { .kind = MURI_EVENT_VM_CHANGED,
                             .depth = AGENT_READ_ALL,
                             .detail = detail };

  deliver (domain, user_data, &event);
}

static void
on_control_error (virConnectPtr connection, virDomainPtr domain, void *user_data)
{
  AgentDomainEvent event = { .kind = MURI_EVENT_VM_UNANSWERED,
                             .depth = AGENT_READ_ALL,
                             .severity = MURI_SEVERITY_WARNING,
                             .detail = "the hypervisor lost its monitor" };

  deliver (domain, user_data, &event);
}

static void
on_metadata (virConnectPtr connection, virDomainPtr domain, int type, const char *nsuri,
             void *user_data)
{
  AgentDomainEvent event = { .depth = AGENT_READ_ALL };

  if (type == VIR_DOMAIN_METADATA_ELEMENT && g_strcmp0 (nsuri, AGENT_METADATA_URI) == 0)
    event.causes = AGENT_MIRROR_PURPOSE;
  deliver (domain, user_data, &event);
}

static void
on_guest_agent (virConnectPtr connection, virDomainPtr domain, int state, int reason,
                void *user_data)
{
  AgentDomainEvent event = { .depth = AGENT_READ_ALL };

  deliver (domain, user_data, &event);
}

static void
on_balloon (virConnectPtr connection, virDomainPtr domain, unsigned long long actual,
            void *user_data)
{
  AgentDomainEvent event = { .depth = AGENT_READ_ALL };

  deliver (domain, user_data, &event);
}

static void
on_tray (virConnectPtr connection, virDomainPtr domain, const char *alias, int reason,
         void *user_data)
{
  AgentDomainEvent event = { .depth = AGENT_READ_ALL };

  deliver (domain, user_data, &event);
}

AgentDomainEvents *
agent_domain_events_register (virConnectPtr connection, AgentDomainEventFunc func, GObject *object,
                              GError **error)
{
  /* The first is needed; a driver may refuse any of the others. */
  const struct
  {
    int id;
    virConnectDomainEventGenericCallback callback;
  } callbacks[N_CALLBACKS] = {
    { VIR_DOMAIN_EVENT_ID_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK (on_lifecycle) },
    { VIR_DOMAIN_EVENT_ID_REBOOT, VIR_DOMAIN_EVENT_CALLBACK (on_reboot) },
    { VIR_DOMAIN_EVENT_ID_DEVICE_ADDED, VIR_DOMAIN_EVENT_CALLBACK (on_device_added) },
    { VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED, VIR_DOMAIN_EVENT_CALLBACK (on_device_removed) },
    { VIR_DOMAIN_EVENT_ID_CONTROL_ERROR, VIR_DOMAIN_EVENT_CALLBACK (on_control_error) },
    { VIR_DOMAIN_EVENT_ID_METADATA_CHANGE, VIR_DOMAIN_EVENT_CALLBACK (on_metadata) },
    { VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK (on_guest_agent) },
    { VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE, VIR_DOMAIN_EVENT_CALLBACK (on_balloon) },
    { VIR_DOMAIN_EVENT_ID_TRAY_CHANGE, VIR_DOMAIN_EVENT_CALLBACK (on_tray) },
  };
  AgentDomainEvents *events = g_new0 (AgentDomainEvents, 1);

  events->receiver = g_new0 (Receiver, 1);
  g_atomic_ref_count_init (&events->receiver->references);
  events->receiver->func = func;
  g_weak_ref_init (&events->receiver->receiver, object);
  events->connection = connection;
  virConnectRef (connection);

  for (guint i = 0; i < N_CALLBACKS; i++)
    {
      int id;

      g_atomic_ref_count_inc (&events->receiver->references);
      id = virConnectDomainEventRegisterAny (connection, NULL, callbacks[i].id,
                                             callbacks[i].callback, events->receiver,
                                             receiver_unref);
      if (id >= 0)
        {
          events->ids[events->n_ids++] = id;
          continue;
        }

      receiver_unref (events->receiver);
      if (i == 0)
        {
          agent_error_set_from_libvirt (error);
          agent_domain_events_unregister (events);
          return NULL;
        }
    }
  return events;
}

void
agent_domain_events_unregister (AgentDomainEvents *events)
{
  for (guint i = 0; i < events->n_ids; i++)
    virConnectDomainEventDeregisterAny (events->connection, events->ids[i]);
  virConnectClose (events->connection);
  receiver_unref (events->receiver);
  g_free (events);
}
