import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity.module.js';
import { Ceremonies } from './ceremonies.js';
import { ChallengesRepository } from './challenges.repository.js';
import { FirstPasskeysService } from './first-passkeys.service.js';
import { PasskeysController } from './passkeys.controller.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { PasskeysService } from './passkeys.service.js';

@Module({
  imports: [IdentityModule],
  controllers: [PasskeysController],
  providers: [Ceremonies, ChallengesRepository, FirstPasskeysService, PasskeysRepository, PasskeysService],
  exports: [PasskeysRepository],
})
export class PasskeysModule {}
