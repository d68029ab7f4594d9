/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-test.h"

static gboolean
answers (virConnectPtr connection)
{
  return virConnectNumOfDomains (connection) >= 0;
}

static void
test_node_file (void)
{
  g_autofree char *uri = muri_test_node_file ("web", 5, 2);
  virConnectPtr connection = virConnectOpen (uri);

  g_assert_nonnull (connection);
  g_assert_cmpint (virConnectNumOfDomains (connection), ==, 3);
  g_assert_cmpint (virConnectNumOfDefinedDomains (connection), ==, 2);
  virConnectClose (connection);
}

static void
test_libvirtd (void)
{
  g_autoptr (MuriTestLibvirtd) libvirtd = muri_test_libvirtd_spawn ();
  GPid pid = muri_test_libvirtd_get_pid (libvirtd);
  virConnectPtr connection = muri_test_libvirtd_get_connection (libvirtd);
  virConnectPtr other = virConnectOpen (muri_test_libvirtd_get_uri (libvirtd));
  int before = virConnectNumOfDomains (connection);

  muri_test_libvirtd_define (libvirtd, "db", 3, TRUE);
  g_assert_cmpint (virConnectNumOfDomains (other), ==, before + 3);

  muri_test_libvirtd_kill9 (libvirtd);
  muri_test_await (!answers (other), 5);
  virConnectClose (other);
  muri_test_libvirtd_start (libvirtd);
  g_assert_cmpint (muri_test_libvirtd_get_pid (libvirtd), !=, pid);
  connection = muri_test_libvirtd_get_connection (libvirtd);
  g_assert_cmpint (virConnectNumOfDomains (connection), ==, before);
}

static void
test_zone (void)
{
  g_assert_cmpuint (muri_test_zone (), ==, muri_test_zone ());
}

static void
test_wait (void)
{
  gboolean flag = FALSE;

  g_timeout_add (20, muri_test_set_flag, &flag);
  muri_test_await (flag, 5);
  g_assert_false (muri_test_comes_true (!flag, 0.05));
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  g_test_add_func ("/support/wait", test_wait);
  g_test_add_func ("/support/zone", test_zone);
  g_test_add_func ("/support/node-file", test_node_file);
  g_test_add_func ("/support/libvirtd", test_libvirtd);
  return muri_test_run ();
}
