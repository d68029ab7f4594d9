/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-test-relay.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <signal.h>
#include <string.h>

#include "muri-test.h"

/* Of a packet: length, program, version, procedure, type, serial, status; big-endian. */
#define HEAD 28
#define PACKET_MAX (64 * 1024 * 1024)

struct _MuriTestRelay
{
  gatomicrefcount references; /* threads have one, too */
  char *uri;
  char *upstream; /* path of libvirtd's socket */
  GSocketService *service;

  GMutex lock;
  GPid pid; /* 0: nobody is to be killed */
  guint32 call;
  guint nth;
  gboolean after;
  gboolean waiting; /* for the answer */
  guint32 serial;   /* with that number */
  gpointer on;      /* from this connection */
  gboolean killed;
};

/* One connection, and one of its directions. */
typedef struct
{
  MuriTestRelay *relay;
  GIOStream *from, *to;
  gpointer id;
  gboolean asks;
} Pump;

static void
relay_unref (MuriTestRelay *relay)
{
  if (!g_atomic_ref_count_dec (&relay->references))
    return;
  g_mutex_clear (&relay->lock);
  g_free (relay->uri);
  g_free (relay->upstream);
  g_free (relay);
}

static guint32
number (const guint8 *packet, guint n)
{
  guint32 value;

  memcpy (&value, packet + 4 * n, sizeof value);
  return GUINT32_FROM_BE (value);
}

static gboolean
read_packet (GInputStream *stream, GByteArray *packet)
{
  gsize n;
  guint32 length;

  g_byte_array_set_size (packet, HEAD);
  if (!g_input_stream_read_all (stream, packet->data, HEAD, &n, NULL, NULL) || n != HEAD)
    return FALSE;
  length = number (packet->data, 0);
  if (length < HEAD || length > PACKET_MAX)
    return FALSE;
  g_byte_array_set_size (packet, length);
  return g_input_stream_read_all (stream, packet->data + HEAD, length - HEAD, &n, NULL, NULL)
         && n == length - HEAD;
}

/* Locked. FALSE: it never arrives. */
static gboolean
look_at (MuriTestRelay *relay, const Pump *pump, const guint8 *packet)
{
  gboolean now = FALSE;

  if (relay->pid == 0)
    return TRUE;
  if (pump->asks && !relay->waiting && number (packet, 3) == relay->call && number (packet, 4) == 0
      && --relay->nth == 0)
    {
      relay->waiting = TRUE;
      relay->serial = number (packet, 5);
      relay->on = pump->id;
      now = !relay->after;
    }
  else if (!pump->asks && relay->waiting && relay->on == pump->id && number (packet, 4) == 1
           && number (packet, 5) == relay->serial)
    now = TRUE;
  if (!now)
    return TRUE;
  kill (relay->pid, SIGKILL);
  relay->pid = 0;
  relay->killed = TRUE;
  return FALSE;
}

static gpointer
pump_packets (gpointer data)
{
  Pump *pump = data;
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  gboolean passes = TRUE;

  while (passes && read_packet (g_io_stream_get_input_stream (pump->from), packet))
    {
      g_mutex_lock (&pump->relay->lock);
      passes = look_at (pump->relay, pump, packet->data);
      g_mutex_unlock (&pump->relay->lock);
      passes = passes
               && g_output_stream_write_all (g_io_stream_get_output_stream (pump->to), packet->data,
                                             packet->len, NULL, NULL, NULL);
    }
  g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (pump->from)), TRUE, TRUE,
                     NULL);
  g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (pump->to)), TRUE, TRUE,
                     NULL);
  g_object_unref (pump->from);
  g_object_unref (pump->to);
  relay_unref (pump->relay);
  g_free (pump);
  return NULL;
}

static void
begin (MuriTestRelay *relay, GSocketConnection *from, GSocketConnection *to, gpointer id,
       gboolean asks)
{
  Pump *pump = g_new (Pump, 1);

  *pump =
      (Pump){ relay, g_object_ref (G_IO_STREAM (from)), g_object_ref (G_IO_STREAM (to)), id, asks };
  g_atomic_ref_count_inc (&relay->references);
  g_thread_unref (g_thread_new ("relay", pump_packets, pump));
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *agent, GObject *source,
             MuriTestRelay *relay)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (relay->upstream);
  g_autoptr (GSocketConnection) libvirtd =
      g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);

  if (libvirtd == NULL)
    return TRUE;
  begin (relay, agent, libvirtd, agent, TRUE);
  begin (relay, libvirtd, agent, agent, FALSE);
  return TRUE;
}

MuriTestRelay *
muri_test_relay_new (const char *uri)
{
  MuriTestRelay *relay = g_new0 (MuriTestRelay, 1);
  const char *at = strstr (uri, "socket=");
  g_autofree char *path = g_build_filename (muri_test_directory ("relay"), "sock", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (at);
  g_atomic_ref_count_init (&relay->references);
  g_mutex_init (&relay->lock);
  relay->upstream = g_strdup (at + strlen ("socket="));
  relay->uri = g_strdup_printf ("%.*ssocket=%s", (int)(at - uri), uri, path);
  relay->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (relay->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (relay->service, "incoming", G_CALLBACK (on_incoming), relay);
  return relay;
}

const char *
muri_test_relay_get_uri (MuriTestRelay *relay)
{
  return relay->uri;
}

void
muri_test_relay_arm (MuriTestRelay *relay, GPid pid, MuriTestCall call, guint nth, gboolean after)
{
  g_mutex_lock (&relay->lock);
  relay->pid = pid;
  relay->call = call;
  relay->nth = nth;
  relay->after = after;
  relay->waiting = FALSE;
  relay->killed = FALSE;
  g_mutex_unlock (&relay->lock);
}

gboolean
muri_test_relay_has_killed (MuriTestRelay *relay)
{
  gboolean killed;

  g_mutex_lock (&relay->lock);
  killed = relay->killed;
  g_mutex_unlock (&relay->lock);
  return killed;
}

void
muri_test_relay_free (MuriTestRelay *relay)
{
  g_socket_service_stop (relay->service);
  g_socket_listener_close (G_SOCKET_LISTENER (relay->service));
  g_clear_object (&relay->service);
  relay_unref (relay);
}
