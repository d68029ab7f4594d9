/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MuriFigure: what is measured once a second, of a VM or of a node.
 *
 * The unit is in the comment. NaN stands for unknown everywhere. What is kept or sent bears the
 * stable code of muri_figure_get_info() and never these numbers.
 */
typedef enum
{
  MURI_FIGURE_CPU,           /* share, 0 to 1: of a VM's own vCPUs, of a node's processors */
  MURI_FIGURE_MEMORY,        /* bytes used */
  MURI_FIGURE_DISK_READ,     /* bytes/s */
  MURI_FIGURE_DISK_WRITE,    /* bytes/s */
  MURI_FIGURE_DISK_LATENCY,  /* seconds a request */
  MURI_FIGURE_NET_RX,        /* bytes/s */
  MURI_FIGURE_NET_TX,        /* bytes/s */
  MURI_FIGURE_HOST_CPU,      /* VMs only: share of its host's processors, 0 to 1 */
  MURI_FIGURE_DISK_REQUESTS, /* VMs only: requests/s */
  MURI_N_VM_FIGURES,

  /* Nodes only, from here on. */
  MURI_FIGURE_IOWAIT = MURI_N_VM_FIGURES, /* share, 0 to 1 */
  MURI_FIGURE_STEAL,                      /* share, 0 to 1 */
  MURI_FIGURE_LOAD1,
  MURI_FIGURE_LOAD5,
  MURI_FIGURE_LOAD15,
  MURI_FIGURE_PRESSURE_CPU, /* PSI some, share of the last 10 s, 0 to 1 */
  MURI_FIGURE_PRESSURE_MEMORY,
  MURI_FIGURE_PRESSURE_IO,
  MURI_FIGURE_MEMORY_CACHED, /* bytes */
  MURI_FIGURE_SWAP,          /* bytes */
  MURI_FIGURE_STORAGE,       /* bytes used in the file system of the default pool */
  MURI_FIGURE_STORAGE_SIZE,  /* bytes */
  MURI_N_FIGURES
} MuriFigure;

G_END_DECLS
