"""What the pool has spent: counted on local disk first, summed up in Redis behind it. Never who asked."""
