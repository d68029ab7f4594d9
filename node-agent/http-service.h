/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-bucket.h"
#include "http-callers.h"
#include "http-files.h"
#include "http-network.h"
#include "http-referrals.h"

G_BEGIN_DECLS

/**
 * HttpService: what the handlers of this program share.
 * @history_fd: the directory of the history; -1: none is kept
 * @node: whose it is, as text
 * @files: (nullable): templates; %NULL: none are served
 * @identity: (nullable): all speak TLS, and show who they are; %NULL: nobody does
 * @uploads: of images, at this moment
 */
typedef struct
{
  int history_fd;
  const char *node;
  HttpCallers *callers;
  HttpFiles *files;
  HttpNetwork *network;
  HttpReferrals *referrals;
  MuriIdentity *identity;
  AgentBucket bucket;
  guint uploads;
  guint uploads_max;
} HttpService;

G_END_DECLS
