/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <math.h>

#include "muri-format.h"

#define KIB 1024.0
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

/* Takes @text; the no-break space reads as a space here. */
static void
assert_text (char *text, const char *expected)
{
  g_auto (GStrv) parts = g_strsplit (text, "\302\240", -1);
  g_autofree char *plain = g_strjoinv (" ", parts);

  g_assert_cmpstr (plain, ==, expected);
  g_free (text);
}

static void
test_unknown (void)
{
  assert_text (muri_format_share (NAN), "—");
  assert_text (muri_format_rate (NAN), "—");
  assert_text (muri_format_rate (INFINITY), "—");
  assert_text (muri_format_size (NAN), "—");
  assert_text (muri_format_memory (NAN, NAN), "—");
  assert_text (muri_format_memory (NAN, GIB), "— / 1 GiB");
  assert_text (muri_format_latency (NAN), "—");
  assert_text (muri_format_requests (NAN), "—");
  assert_text (muri_format_load (NAN), "—");
  assert_text (muri_format_age (0), "—");
  assert_text (muri_format_time (0), "—");
  assert_text (muri_format_version (0), "—");
}

static void
test_share (void)
{
  assert_text (muri_format_share (0), "0 %");
  assert_text (muri_format_share (-0.0), "0 %");
  assert_text (muri_format_share (0.034), "3 %");
  assert_text (muri_format_share (0.41), "41 %");
  assert_text (muri_format_share (1), "100 %");
}

static void
test_rate (void)
{
  assert_text (muri_format_rate (0), "0 B/s");
  assert_text (muri_format_rate (999), "999 B/s");
  assert_text (muri_format_rate (999.6), "1.0 kB/s");
  assert_text (muri_format_rate (1234), "1.2 kB/s");
  assert_text (muri_format_rate (9960), "10 kB/s");
  assert_text (muri_format_rate (999600), "1.0 MB/s");
  assert_text (muri_format_rate (12.3e6), "12 MB/s");
  assert_text (muri_format_rate (4e9), "4.0 GB/s");
}

static void
test_size (void)
{
  assert_text (muri_format_size (0), "0 B");
  assert_text (muri_format_size (512), "512 B");
  assert_text (muri_format_size (GIB), "1 GiB");
  assert_text (muri_format_size (3.1 * GIB), "3.1 GiB");
  assert_text (muri_format_size (20 * GIB), "20 GiB");
  assert_text (muri_format_size (1023.9 * MIB), "1 GiB");
  assert_text (muri_format_memory (0.6 * GIB, GIB), "0.6 / 1 GiB");
  assert_text (muri_format_memory (2 * GIB, 4 * GIB), "2.0 / 4 GiB");
  assert_text (muri_format_memory (96 * MIB, 512 * MIB), "96 / 512 MiB");
  assert_text (muri_format_memory (12 * GIB, 0), "12 GiB");
}

static void
test_latency (void)
{
  assert_text (muri_format_latency (0), "0 ms");
  assert_text (muri_format_latency (0.0000123), "12 µs");
  assert_text (muri_format_latency (0.0032), "3.2 ms");
  assert_text (muri_format_latency (1.5), "1.5 s");
}

static void
test_duration (void)
{
  assert_text (muri_format_duration (-5), "0 s");
  assert_text (muri_format_duration (200 * G_TIME_SPAN_MILLISECOND), "0.2 s");
  assert_text (muri_format_duration (45 * G_TIME_SPAN_SECOND), "45 s");
  assert_text (muri_format_duration (125 * G_TIME_SPAN_SECOND), "2 min 5 s");
  assert_text (muri_format_duration (725 * G_TIME_SPAN_SECOND), "12 min");
  assert_text (muri_format_duration (192 * G_TIME_SPAN_MINUTE), "3 h 12 min");
  assert_text (muri_format_duration (76 * G_TIME_SPAN_HOUR), "3 d 4 h");
  assert_text (muri_format_duration (400 * G_TIME_SPAN_DAY), "400 d");
}

static void
test_age (void)
{
  gint64 now = g_get_real_time ();

  assert_text (muri_format_age (now + G_TIME_SPAN_MINUTE), "just now");
  assert_text (muri_format_age (now - G_TIME_SPAN_SECOND), "just now");
  assert_text (muri_format_age (now - 137 * G_TIME_SPAN_SECOND), "2 min ago");
  assert_text (muri_format_age (now - 200 * G_TIME_SPAN_MINUTE), "3 h ago");
  assert_text (muri_format_age (now - 50 * G_TIME_SPAN_HOUR), "2 d ago");
}

static void
test_words (void)
{
  g_assert_cmpstr (muri_format_verb (MURI_VERB_RESET), ==, "Force Restart");
  g_assert_cmpstr (muri_format_vm_state (MURI_VM_STATE_STOPPING), ==, "Shutting down");
  g_assert_cmpstr (muri_format_vm_state (200), ==, "Unknown");
  g_assert_cmpstr (muri_format_outcome (MURI_TARGET_UNREACHABLE), ==, "Unreachable");
  g_assert_cmpstr (muri_format_outcome (9999), ==, "Unknown");
  assert_text (muri_format_verb_count (MURI_VERB_POWER_OFF, 12), "Force Off 12 VMs");
  assert_text (muri_format_verb_count (MURI_VERB_POWER_ON, 1), "Start 1 VM");
  assert_text (muri_format_verb_name (MURI_VERB_SHUTDOWN, "web-001"), "Shut Down web-001");
  assert_text (muri_format_version (9000000), "9.0.0");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/format/unknown", test_unknown);
  g_test_add_func ("/format/share", test_share);
  g_test_add_func ("/format/rate", test_rate);
  g_test_add_func ("/format/size", test_size);
  g_test_add_func ("/format/latency", test_latency);
  g_test_add_func ("/format/duration", test_duration);
  g_test_add_func ("/format/age", test_age);
  g_test_add_func ("/format/words", test_words);
  return g_test_run ();
}
