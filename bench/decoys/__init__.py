"""The adversary of the decoys: a provider that knows method and code, keeps everything it sees, and guesses."""
